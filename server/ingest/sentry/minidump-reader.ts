/**
 * What a minidump says in its headers: why the program died, in which module, on which machine, with which modules and
 * threads. Stacks are not walked: that takes the symbols of every module. The bytes are a stranger's: every count is
 * bounded, every address is checked, and a stream that makes no sense is as good as none.
 * Source: https://learn.microsoft.com/windows/win32/api/minidumpapiset/, and the values Breakpad and Crashpad add.
 */
import { crashWords } from './crash-words.ts';
import type { JsonObject } from './json.ts';

/** Streams of a dump; Crashpad writes about fifteen. */
const STREAMS_MAX = 128;
/** Modules and threads told; a browser has two hundred of each. */
const MODULES_MAX = 1_000;
const THREADS_MAX = 1_000;
const NAME_BYTES_MAX = 1_024;

const THREAD_LIST = 3;
const MODULE_LIST = 4;
const EXCEPTION = 6;
const SYSTEM_INFO = 7;
const THREAD_NAMES = 24;

const MODULE_BYTES = 108;
const THREAD_BYTES = 48;

const SYSTEMS: ReadonlyMap<number, string> = new Map([
  [2, 'Windows'],
  [0x8101, 'macOS'],
  [0x8102, 'iOS'],
  [0x8201, 'Linux'],
  [0x8203, 'Android'],
  [0x8206, 'Fuchsia'],
]);
const PROCESSORS: ReadonlyMap<number, string> = new Map([
  [0, 'x86'],
  [5, 'arm'],
  [9, 'x86_64'],
  [12, 'arm64'],
  [0x8003, 'arm64'],
]);

interface Module {
  base: bigint;
  size: number;
  file: string;
  version: string;
  debugFile: string;
  debugId: string;
}

/** Fields of an event, for what the dump has of them. Never throws. */
export function readMinidump(bytes: Buffer): JsonObject {
  const dump = openDump(bytes);
  if (dump === null) return {};
  const { stream } = dump;
  const system = readSystem(stream(SYSTEM_INFO), dump);
  const modules = readModules(stream(MODULE_LIST), dump);
  const crash = readCrash(stream(EXCEPTION), dump, system?.device.arch);
  const threads = readThreads(
    stream(THREAD_LIST),
    readThreadNames(stream(THREAD_NAMES), dump),
    crash?.thread,
  );
  return {
    ...(crash && { exception: { values: [exceptionOf(crash, modules, system)] } }),
    ...(threads.length > 0 && { threads: { values: threads } }),
    ...(modules.length > 0 && {
      modules: Object.fromEntries(
        modules.map(({ file, version, debugId }) => [fileName(file), version || debugId || '?']),
      ),
      debug_meta: { images: modules.map((module) => imageOf(module, system?.name ?? '')) },
    }),
    ...(system && { contexts: { os: system.os, device: system.device } }),
  };
}

type Dump = NonNullable<ReturnType<typeof openDump>>;

/** Null for what is no dump, and for those of big-endian machines, which nothing has written for decades. */
function openDump(bytes: Buffer) {
  if (bytes.length < 32 || bytes.toString('latin1', 0, 4) !== 'MDMP') return null;
  const count = Math.min(bytes.readUInt32LE(8), STREAMS_MAX);
  const directory = bytes.readUInt32LE(12);
  const streams = new Map<number, Buffer>();
  for (let n = 0; n < count; n++) {
    const entry = part(directory + n * 12, 12);
    if (!entry) break;
    const content = part(entry.readUInt32LE(8), entry.readUInt32LE(4));
    const type = entry.readUInt32LE(0);
    if (content && !streams.has(type)) streams.set(type, content);
  }
  /** Undefined where it does not lie in the dump whole. */
  function part(at: number, length: number): Buffer | undefined {
    return at >= 0 && length >= 0 && at + length <= bytes.length
      ? bytes.subarray(at, at + length)
      : undefined;
  }
  return { part, stream: (type: number) => streams.get(type) };
}

/** MINIDUMP_STRING: bytes, then UTF-16. */
function text({ part }: Dump, at: number): string {
  const length = part(at, 4)?.readUInt32LE(0) ?? 0;
  const content = part(at + 4, Math.min(length, NAME_BYTES_MAX) & ~1);
  return content?.toString('utf16le').replace(/\0.*$/s, '') ?? '';
}

/** Entries of a list that begins with their number, which some writers align to eight bytes. */
function* entries(stream: Buffer | undefined, size: number, countMax: number): Generator<Buffer> {
  if (!stream || stream.length < 4) return;
  const count = stream.readUInt32LE(0);
  const start = stream.length === 8 + count * size ? 8 : 4;
  for (let n = 0; n < Math.min(count, countMax); n++) {
    const at = start + n * size;
    if (at + size > stream.length) return;
    yield stream.subarray(at, at + size);
  }
}

function readSystem(stream: Buffer | undefined, dump: Dump) {
  if (!stream || stream.length < 32) return null;
  const platform = stream.readUInt32LE(20);
  const name = SYSTEMS.get(platform) ?? '';
  const version = [8, 12, 16].map((at) => stream.readUInt32LE(at)).join('.');
  const build = text(dump, stream.readUInt32LE(24));
  const arch = PROCESSORS.get(stream.readUInt16LE(0));
  return {
    name,
    os: {
      name: name || `platform ${platform}`,
      ...(version === '0.0.0' ? {} : { version }),
      ...(build && { build }),
    },
    device: { ...(arch && { arch }), processor_count: stream.readUInt8(6) },
  };
}

function readModules(stream: Buffer | undefined, dump: Dump): Module[] {
  return [...entries(stream, MODULE_BYTES, MODULES_MAX)].map((entry) => ({
    base: entry.readBigUInt64LE(0),
    size: entry.readUInt32LE(8),
    file: text(dump, entry.readUInt32LE(20)),
    version: versionOf(entry),
    ...readCodeView(dump.part(entry.readUInt32LE(80), Math.min(entry.readUInt32LE(76), NAME_BYTES_MAX))),
  }));
}

/** VS_FIXEDFILEINFO, where its signature is there. */
function versionOf(entry: Buffer): string {
  if (entry.readUInt32LE(24) !== 0xfeef04bd) return '';
  const parts = [34, 32, 38, 36].map((at) => entry.readUInt16LE(at));
  return parts.some((one) => one > 0) ? parts.join('.') : '';
}

/** The ids by which symbols are found: of a PDB, or of an ELF file. */
function readCodeView(record: Buffer | undefined): Pick<Module, 'debugFile' | 'debugId'> {
  const none = { debugFile: '', debugId: '' };
  if (!record || record.length < 24) return none;
  const signature = record.toString('latin1', 0, 4);
  if (signature === 'LEpB') return { debugFile: '', debugId: guid(record.subarray(4, 20)) };
  if (signature !== 'RSDS') return none;
  const age = record.readUInt32LE(20);
  return {
    debugFile: record.toString('utf8', 24).replace(/\0.*$/s, ''),
    debugId: `${guid(record.subarray(4, 20))}${age > 0 ? `-${age.toString(16)}` : ''}`,
  };
}

function guid(bytes: Buffer): string {
  const numbers = [
    bytes.readUInt32LE(0).toString(16).padStart(8, '0'),
    bytes.readUInt16LE(4).toString(16).padStart(4, '0'),
    bytes.readUInt16LE(6).toString(16).padStart(4, '0'),
  ];
  return [...numbers, bytes.toString('hex', 8, 10), bytes.toString('hex', 10, 16)].join('-');
}

interface Crash {
  /** Where the program was: the address itself is that of the data it could not have. */
  instruction: bigint;
  thread: number;
  code: number;
  flags: number;
  address: bigint;
  parameters: bigint[];
}

/** Where the instruction pointer lies in the context of a thread, and its bytes. */
const INSTRUCTION_AT: ReadonlyMap<string, [at: number, bytes: 4 | 8]> = new Map([
  ['x86', [0xb8, 4]],
  ['x86_64', [0xf8, 8]],
  ['arm64', [264, 8]],
]);

function readCrash(stream: Buffer | undefined, { part }: Dump, arch = ''): Crash | undefined {
  if (!stream || stream.length < 168) return undefined;
  const count = Math.min(stream.readUInt32LE(32), 15);
  const [at, size] = INSTRUCTION_AT.get(arch) ?? [0, 0];
  const pointer = size > 0 ? part(stream.readUInt32LE(164) + at, size) : undefined;
  const context = part(stream.readUInt32LE(164), stream.readUInt32LE(160));
  const isWhole = pointer !== undefined && context !== undefined && context.length >= at + size;
  return {
    instruction: !isWhole
      ? stream.readBigUInt64LE(24)
      : size === 8
        ? pointer.readBigUInt64LE(0)
        : BigInt(pointer.readUInt32LE(0)),
    thread: stream.readUInt32LE(0),
    code: stream.readUInt32LE(8),
    flags: stream.readUInt32LE(12),
    address: stream.readBigUInt64LE(24),
    parameters: Array.from({ length: count }, (_, n) => stream.readBigUInt64LE(40 + n * 8)),
  };
}

/** Grouped by what happened and in which module: addresses differ from one start to the next. */
function exceptionOf(
  crash: Crash,
  modules: readonly Module[],
  system: ReturnType<typeof readSystem>,
): JsonObject {
  const { type, detail } = crashWords(system?.name ?? '', crash);
  const { instruction } = crash;
  const module = modules.find(({ base, size }) => instruction >= base && instruction < base + BigInt(size));
  const place = module
    ? `in ${fileName(module.file)} + ${hex(instruction - module.base)}`
    : `at ${hex(instruction)}`;
  return {
    type,
    value: [detail, place].filter(Boolean).join(' '),
    thread_id: crash.thread,
    ...(module && { module: fileName(module.file) }),
    mechanism: {
      type: 'minidump',
      handled: false,
      data: { code: hex(BigInt(crash.code)), address: hex(crash.address) },
    },
  };
}

function readThreadNames(stream: Buffer | undefined, dump: Dump): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const entry of entries(stream, 12, THREADS_MAX))
    names.set(entry.readUInt32LE(0), text(dump, Number(entry.readBigUInt64LE(4))));
  return names;
}

function readThreads(
  stream: Buffer | undefined,
  names: ReadonlyMap<number, string>,
  crashed: number | undefined,
): JsonObject[] {
  return [...entries(stream, THREAD_BYTES, THREADS_MAX)].map((entry) => {
    const id = entry.readUInt32LE(0);
    const name = names.get(id);
    return { id, ...(name && { name }), ...(id === crashed && { crashed: true, current: true }) };
  });
}

function imageOf({ base, size, file, debugFile, debugId }: Module, system: string): JsonObject {
  const isApple = system === 'macOS' || system === 'iOS';
  return {
    type: system === 'Windows' ? 'pe' : isApple ? 'macho' : 'elf',
    code_file: file,
    ...(debugFile && { debug_file: debugFile }),
    ...(debugId && { debug_id: debugId }),
    image_addr: hex(base),
    image_size: size,
  };
}

const hex = (value: bigint) => `0x${value.toString(16)}`;
const fileName = (path: string) =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || 'unknown';
