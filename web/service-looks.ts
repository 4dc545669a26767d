/** The colour of each service of a trace. Nine can be told apart, none of them the red of failures; names tell the rest. */
export interface ServiceLook {
  solid: string;
  faint: string;
  stroke: string;
}

const LOOKS: readonly ServiceLook[] = [
  { solid: 'bg-series-1', faint: 'bg-series-1/35', stroke: 'stroke-series-1' },
  { solid: 'bg-series-3', faint: 'bg-series-3/35', stroke: 'stroke-series-3' },
  { solid: 'bg-series-8', faint: 'bg-series-8/35', stroke: 'stroke-series-8' },
  { solid: 'bg-series-2', faint: 'bg-series-2/35', stroke: 'stroke-series-2' },
  { solid: 'bg-series-7', faint: 'bg-series-7/35', stroke: 'stroke-series-7' },
  { solid: 'bg-series-4', faint: 'bg-series-4/35', stroke: 'stroke-series-4' },
  { solid: 'bg-series-5', faint: 'bg-series-5/35', stroke: 'stroke-series-5' },
  { solid: 'bg-series-9', faint: 'bg-series-9/35', stroke: 'stroke-series-9' },
  { solid: 'bg-series-10', faint: 'bg-series-10/35', stroke: 'stroke-series-10' },
];

export type LookOf = (service: string) => ServiceLook;

export function looksOf(services: readonly string[]): LookOf {
  const places = new Map(services.map((service, place) => [service, place]));
  return (service) => LOOKS[(places.get(service) ?? 0) % LOOKS.length]!;
}

/** What says no service still has a name to click on. */
export const serviceName = (service: string) => service || 'no service';
