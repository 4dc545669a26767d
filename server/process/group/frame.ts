/**
 * One stack frame as grouping sees it: module or file name, function, source line, each cleaned of what differs
 * between two runs of the same code. Part of grouping v1, frozen.
 */
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import { trimFunction } from '#server/process/in-app/trim-function.ts';
import type { StackFrame } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { branch, ignore, leaf } from './component.ts';
import { collapseSpace, isLongerThan } from './text.ts';

/** Platforms whose SDKs send source lines that can be trusted. */
const SOURCE_LINE_PLATFORMS = new Set(['javascript', 'node', 'python', 'php', 'ruby']);

/** Longer source lines are minified code. */
const SOURCE_LINE_CHARS_MAX = 120;

/** A frame before a variant decides about it. Its leaves are shared between variants and not changed again. */
export function frameComponent(frame: StackFrame, eventPlatform: string): GroupingComponent {
  const platform = frame.platform || eventPlatform;
  const isJavascript = platformFamily(platform) === 'javascript';
  const module = moduleLeaf(frame, platform);
  const filename = filenameLeaf(frame, platform);
  if (module.contributes && filename.contributes) ignore(filename, 'the module says it');
  const line =
    frame.context_line && SOURCE_LINE_PLATFORMS.has(platform)
      ? sourceLineLeaf(frame, isJavascript, eventPlatform)
      : undefined;
  const fn = functionLeaf(frame, platform, isJavascript, line?.contributes ?? false);
  const leaves = line ? [module, filename, fn, line] : [module, filename, fn];
  const component = branch('frame', leaves);
  if (isJavascript) ignoreJavascriptNoise(component, fn, frame);
  return component;
}

const UNKNOWN_FUNCTIONS = new Set(['?', '<anonymous function>', '<anonymous>', 'Anonymous function']);
const NOISE_PATHS = new Set(['[native code]', 'native code', 'eval code', '<anonymous>']);

/** A frame that counted by its unknown function alone still counts, with nothing in it: so have groups been. */
function ignoreJavascriptNoise(component: GroupingComponent, fn: GroupingComponent, frame: StackFrame): void {
  const name = afterLast(frame.raw_function || frame.function || '', '.');
  if (name === '') ignore(fn);
  else if (UNKNOWN_FUNCTIONS.has(name) || name.endsWith('/<')) ignore(fn, 'the function is not known');
  if (name === 'eval' || (frame.abs_path !== undefined && NOISE_PATHS.has(frame.abs_path)))
    ignore(component, 'JavaScript frames like this say nothing');
}

/** Web addresses, and for some questions files, in the way of browsers. */
export function isUrl(path: string | undefined, filesCount: boolean): boolean {
  if (!path) return false;
  return URL_SCHEMES.some((scheme) => path.startsWith(scheme)) || (filesCount && path.startsWith('file:'));
}

const URL_SCHEMES = ['http:', 'https:', 'applewebdata:', 'blob:'];

function filenameLeaf(frame: StackFrame, platform: string): GroupingComponent {
  if (frame.filename === undefined) return leaf('filename', undefined);
  const basename = frame.filename
    .slice(Math.max(frame.filename.lastIndexOf('/'), frame.filename.lastIndexOf('\\')) + 1)
    .toLowerCase();
  const component = leaf('filename', basename);
  if (isUrl(frame.abs_path, false)) ignore(component, 'the file is a web address');
  else if (basename === '<anonymous>') ignore(component, 'the file is anonymous');
  else if (basename === '[native code]') ignore(component, 'native code has no file');
  else if (platform === 'java') clean(component, basename.replace(JAVASSIST, '$1<auto>'));
  return component;
}

/** Names that Java's libraries generate: numbers and hashes in them differ from run to run. */
const JAVASSIST = /(\$\$_javassist)(?:_seam)?(?:_[0-9]+)?/g;
const GENERATED_CLASSES: readonly RegExp[] = [
  /(sun\.reflect\.Generated(?:Serialization)?ConstructorAccessor)\d+/g,
  /(\$\$\w+?CGLIB\$\$)[a-fA-F0-9]+(?:_[0-9]+)?/g,
  JAVASSIST,
  /(\$fn__)\d+/g,
  /(\$\$?EnhancerBy\w+?\$?\$)[a-fA-F0-9]+(?:_[0-9]+)?/g,
  /(\$\$?FastClassBy\w+?\$?\$)[a-fA-F0-9]+(?:_[0-9]+)?/g,
  /(\$\$?HibernateProxy\$?\$)\w+/g,
];
const REFLECTION = /^(?:sun\.reflect|jdk\.internal\.reflect)\.GeneratedMethodAccessor/;

function moduleLeaf(frame: StackFrame, platform: string): GroupingComponent {
  const module = frame.module;
  const component = leaf('module', module);
  if (module === undefined) return component;
  if (platform === 'javascript') {
    if (module.includes('/') && frame.abs_path?.endsWith(module))
      ignore(component, 'the module is only the path');
  } else if (platform === 'java') {
    const reflection = REFLECTION.exec(module)?.[0];
    clean(
      component,
      reflection ??
        GENERATED_CLASSES.reduce((name, generated) => name.replace(generated, '$1<auto>'), module),
    );
    // Cleaned names count, lambda or not.
    if (module.includes('$$Lambda$') && component.hint === undefined) ignore(component, 'a Java lambda');
  }
  return component;
}

function functionLeaf(
  frame: StackFrame,
  platform: string,
  isJavascript: boolean,
  hasSourceLine: boolean,
): GroupingComponent {
  const name = nameOf(frame, platform);
  if (!name) return leaf('function', undefined);
  const component = leaf('function', name);
  if (platform === 'ruby') {
    clean(component, name.startsWith('block ') ? 'block' : name.replace(/__\d{4,}_\d{4,}$/, ''));
  } else if (platform === 'php') {
    if (name.startsWith('[Anonymous') || name.startsWith('class@anonymous\0'))
      ignore(component, 'the function is anonymous');
    if (name.startsWith('class@anonymous')) clean(component, afterLast(name, '::'));
  } else if (platform === 'java') {
    if (name.startsWith('lambda$')) ignore(component, 'the function is a lambda');
  } else if (platformFamily(platform) === 'native') {
    if (name === '<redacted>' || name === '<unknown>') ignore(component, 'the function is not known');
  } else if (isJavascript) {
    clean(component, afterLast(name, '.'));
    if (frame.data?.sourcemap != null && hasSourceLine)
      ignore(component, 'the source line says it better than a name from a source map');
  }
  return component;
}

function nameOf(frame: StackFrame, platform: string): string | undefined {
  if (platform === 'csharp') return frame.raw_function || frame.function;
  if (!frame.function) return frame.raw_function;
  return frame.raw_function ? frame.function : trimFunction(frame.function, platform);
}

function afterLast(text: string, separator: string): string {
  const at = text.lastIndexOf(separator);
  return at < 0 ? text : text.slice(at + separator.length);
}

/** Replaces a leaf's text; a cleaned text counts again even if it was to be ignored. */
function clean(component: GroupingComponent, text: string): void {
  if (component.values[0] === text) return;
  component.values = [text];
  component.contributes = true;
  component.hint = 'generated parts removed';
}

/** Python's multiprocessing writes its pipe numbers into the source of the processes it starts. */
const SPAWN_MAIN =
  /^from multiprocessing\.spawn import spawn_main; spawn_main\((?:tracker_fd|parent_pid)=\d+, pipe_handle=\d+\)/;

function sourceLineLeaf(frame: StackFrame, isJavascript: boolean, eventPlatform: string): GroupingComponent {
  let source = frame.context_line ?? '';
  if (
    eventPlatform === 'python' &&
    frame.module === '__main__' &&
    frame.filename === '<string>' &&
    frame.function === '<module>' &&
    SPAWN_MAIN.test(source)
  )
    source = source.replace(/=\d+/g, '=<int>');
  const line = collapseSpace(source);
  const component = leaf('context-line', line === '' ? undefined : line);
  if (line === '') return component;
  if (isLongerThan(source, SOURCE_LINE_CHARS_MAX)) ignore(component, 'the line is too long');
  else if (isJavascript && !frame.function && isUrl(frame.abs_path, true))
    ignore(component, 'a web address without a function name');
  return component;
}
