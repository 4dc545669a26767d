/**
 * The numbers of a crash in words: exceptions of Windows, signals of Linux, exceptions of Apple's kernel.
 * Sources: ntstatus.h, signal.h, mach/exception_types.h.
 */
interface Numbers {
  code: number;
  flags: number;
  parameters: readonly bigint[];
}

const WINDOWS: ReadonlyMap<number, string> = new Map([
  [0x80000003, 'EXCEPTION_BREAKPOINT'],
  [0x80000004, 'EXCEPTION_SINGLE_STEP'],
  [0xc0000005, 'EXCEPTION_ACCESS_VIOLATION'],
  [0xc0000006, 'EXCEPTION_IN_PAGE_ERROR'],
  [0xc0000017, 'STATUS_NO_MEMORY'],
  [0xc000001d, 'EXCEPTION_ILLEGAL_INSTRUCTION'],
  [0xc0000025, 'EXCEPTION_NONCONTINUABLE_EXCEPTION'],
  [0xc000008c, 'EXCEPTION_ARRAY_BOUNDS_EXCEEDED'],
  [0xc000008e, 'EXCEPTION_FLT_DIVIDE_BY_ZERO'],
  [0xc0000094, 'EXCEPTION_INT_DIVIDE_BY_ZERO'],
  [0xc0000095, 'EXCEPTION_INT_OVERFLOW'],
  [0xc0000096, 'EXCEPTION_PRIV_INSTRUCTION'],
  [0xc00000fd, 'EXCEPTION_STACK_OVERFLOW'],
  [0xc0000374, 'STATUS_HEAP_CORRUPTION'],
  [0xc0000409, 'STATUS_STACK_BUFFER_OVERRUN'],
  [0xe06d7363, 'Unhandled C++ exception'],
  [0xe0434352, 'Unhandled .NET exception'],
]);
const SIGNALS: ReadonlyMap<number, string> = new Map([
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [5, 'SIGTRAP'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS'],
  [8, 'SIGFPE'],
  [11, 'SIGSEGV'],
  [16, 'SIGSTKFLT'],
  [31, 'SIGSYS'],
]);
/** si_code of SIGSEGV. */
const SEGMENTATION: ReadonlyMap<number, string> = new Map([
  [1, 'SEGV_MAPERR'],
  [2, 'SEGV_ACCERR'],
  [0x80, 'SI_KERNEL'],
]);
const APPLE: ReadonlyMap<number, string> = new Map([
  [1, 'EXC_BAD_ACCESS'],
  [2, 'EXC_BAD_INSTRUCTION'],
  [3, 'EXC_ARITHMETIC'],
  [5, 'EXC_SOFTWARE'],
  [6, 'EXC_BREAKPOINT'],
  [10, 'EXC_CRASH'],
  [11, 'EXC_RESOURCE'],
  [12, 'EXC_GUARD'],
]);
const ACCESSES: ReadonlyMap<bigint, string> = new Map([
  [0n, 'reading'],
  [1n, 'writing'],
  [8n, 'executing'],
]);

/** Asked for by the program, with nothing wrong: Breakpad and Crashpad. */
const REQUESTED: ReadonlySet<number> = new Set([0xffffffff, 0x517a7ed]);

export function crashWords(
  system: string,
  { code, flags, parameters }: Numbers,
): { type: string; detail: string } {
  if (REQUESTED.has(code)) return { type: 'Dump requested', detail: 'by the program itself' };
  const unknown = `Exception 0x${code.toString(16)}`;
  if (system === 'Windows') {
    const access = code === 0xc0000005 ? ACCESSES.get(parameters[0] ?? -1n) : undefined;
    const target = access === undefined ? '' : `${access} 0x${(parameters[1] ?? 0n).toString(16)}`;
    return { type: WINDOWS.get(code) ?? unknown, detail: target };
  }
  if (system === 'macOS' || system === 'iOS') return { type: APPLE.get(code) ?? unknown, detail: '' };
  return { type: SIGNALS.get(code) ?? unknown, detail: (code === 11 && SEGMENTATION.get(flags)) || '' };
}
