/** How a platform's stack frames behave: native symbols, JavaScript, or anything else. */
export type PlatformFamily = 'native' | 'javascript' | 'other';

const FAMILIES: Readonly<Record<string, PlatformFamily>> = {
  c: 'native',
  cocoa: 'native',
  native: 'native',
  objc: 'native',
  swift: 'native',
  javascript: 'javascript',
  node: 'javascript',
};

export function platformFamily(platform: string | undefined): PlatformFamily {
  return platform !== undefined && Object.hasOwn(FAMILIES, platform) ? FAMILIES[platform]! : 'other';
}
