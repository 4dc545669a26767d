/**
 * The modules of a Python traceback, which prints paths only: what an SDK sends beside them, and what grouping looks at
 * first. A path of a library says it; of one's own code it is what stands behind the directory that programs are
 * imported from. That directory is known by an exception whose class names its module, by the script that was started,
 * or by where containers keep programs. Otherwise there is no module: a wrong one would be worse than none.
 */
import type { ExceptionValue, StackFrame } from '#server/record/event.ts';

const LIBRARY =
  /^.*(?:[\\/](?:site|dist)-packages[\\/]|[\\/]lib[\\/]python\d[\d.]*[\\/]|[\\/]Python\d+[\\/]Lib[\\/])(?!.*[\\/](?:site|dist)-packages[\\/])/;
const FROZEN = /^<frozen ([\w.]{1,200})>$/;
/** Where images of programs have them, by convention of those who write such images. */
const CONTAINER = /^\/(?:app|code|srv\/app|opt\/app|usr\/src\/app|var\/task|workspace)\/(?:src\/)?(?=[^/])/;
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
const RUNS_MODULES = /^<frozen runpy>$|[\\/]runpy\.py$/;

export function nameModules(exceptions: readonly ExceptionValue[]): void {
  const frames = exceptions.flatMap(({ stacktrace }) => stacktrace?.frames ?? []);
  const script = scriptOf(frames);
  const root = rootByType(exceptions, frames) ?? rootByScript(script, frames);
  for (const frame of frames) {
    const module = frame === script ? '__main__' : moduleOf(frame.filename ?? '', root, script);
    if (module) frame.module = module;
  }
}

function moduleOf(path: string, root: string | null, script: StackFrame | undefined): string | null {
  const frozen = FROZEN.exec(path)?.[1];
  if (frozen) return frozen;
  if (script && path === script.filename) return '__main__';
  const library = LIBRARY.exec(path)?.[0];
  const above = library ?? (root !== null && path.startsWith(root) ? root : CONTAINER.exec(path)?.[0]);
  return above === undefined ? null : dotted(path.slice(above.length));
}

/** `shop/pay.py` -> `shop.pay`, `json/__init__.py` -> `json`. */
function dotted(path: string): string | null {
  const name = path
    .replace(/\.pyc?$/, '')
    .replace(/[\\/]__init__$/, '')
    .replaceAll(/[\\/]/g, '.');
  return DOTTED.test(name) ? name : null;
}

/** `shop.pay.PaymentRefused` was raised in `/srv/shop/pay.py`: modules are named from `/srv/` on. */
function rootByType(exceptions: readonly ExceptionValue[], frames: readonly StackFrame[]): string | null {
  for (const { module = '' } of exceptions) {
    if (!DOTTED.test(module)) continue;
    const end = `/${module.replaceAll('.', '/')}`;
    for (const { filename = '', in_app } of frames) {
      const path = filename.replaceAll('\\', '/');
      if (!in_app) continue;
      for (const file of [`${end}.py`, `${end}/__init__.py`])
        if (path.endsWith(file)) return filename.slice(0, filename.length - file.length + 1);
    }
  }
  return null;
}

/** The outermost call, when it is the script that was started and no part of a library that runs modules. */
function scriptOf(frames: readonly StackFrame[]): StackFrame | undefined {
  const first = frames.find(({ filename = '' }) => !RUNS_MODULES.test(filename));
  const isScript = first?.function === '<module>' && first.in_app && /\.py$/.test(first.filename ?? '');
  return isScript ? first : undefined;
}

/** `python -m shop.main` imports from where it was called, which nobody says. */
function rootByScript(script: StackFrame | undefined, frames: readonly StackFrame[]): string | null {
  const path = script !== undefined && frames[0] === script ? script.filename! : '';
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end >= 0 ? path.slice(0, end + 1) : null;
}
