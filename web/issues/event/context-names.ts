/**
 * Names of contexts as people write them; what a program made up keeps its own. A Map and not a record: the names
 * are a sender's, and one may be `constructor`.
 */
const NAMES = new Map<string, string>(
  Object.entries({
    app: 'App',
    browser: 'Browser',
    client_os: 'Operating system of the client',
    cloud_resource: 'Cloud',
    culture: 'Language and region',
    device: 'Device',
    gpu: 'Graphics',
    os: 'Operating system',
    profile: 'Profile',
    response: 'Response',
    runtime: 'Runtime',
    state: 'State',
    trace: 'Trace',
  }),
);

export const contextName = (name: string) => NAMES.get(name) ?? name;

/** Fields that hold bytes, shown as sizes with the number beside it. */
const BYTES =
  /(?:^|_)(?:memory|memory_size|free_memory|usable_memory|storage_size|free_storage|external_storage_size|external_free_storage|body_size)$/;

export const isBytes = (name: string, value: unknown): value is number =>
  typeof value === 'number' && value >= 1000 && BYTES.test(name);
