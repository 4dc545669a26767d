import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printStream, readStream, streamLabels } from './stream.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'é', '💥', ' ', '"', '\x1a', '\x1e', '\x1f', '0', '1', '2'),
});

describe('the text of a stream', () => {
  it('says every label again, whatever its characters', () => {
    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (labels) => {
        expect({ ...readStream(printStream(labels)) }).toEqual(labels);
      }),
    );
  });

  it('is one for one stream, in whatever order its labels came', () => {
    expect(printStream({ app: 'shop', env: 'prod' })).toBe(printStream({ env: 'prod', app: 'shop' }));
    expect(printStream({ app: 'shop' })).not.toBe(printStream({ ap: 'pshop' }));
  });
});

describe('a stream', () => {
  it.each([
    ['a label of that name', { service_name: 'a', app: 'b' }, { 'service.name': 'c' }, 'd', 'a'],
    ['the first of the labels that mean it', { job: 'a', app: 'b' }, { 'service.name': 'c' }, 'd', 'b'],
    ['no label that is empty', { app: '' }, { 'service.name': 'c' }, 'd', 'c'],
    ['what its record says', {}, {}, 'd', 'd'],
    ['nothing', {}, {}, '', 'unknown_service'],
  ])('has its service from %s', (_, labels, resource, service, name) => {
    expect(
      streamLabels({
        labels: labels as Record<string, string>,
        resource: resource as Record<string, string>,
        service,
      }).service_name,
    ).toBe(name);
  });

  it('has the labels that were sent, and of the resource what Loki promotes', () => {
    const labels = { env: 'prod', empty: '', k8s_pod_name: 'own' };
    const resource = { 'k8s.pod.name': 'p-1', 'cloud.region': 'eu-1', 'os.type': 'linux' };
    expect({ ...streamLabels({ labels, resource, service: 'shop' }) }).toEqual({
      env: 'prod',
      k8s_pod_name: 'own',
      cloud_region: 'eu-1',
      service_name: 'shop',
    });
  });
});
