/** One frame of the JVM, JavaScript or .NET from its line. Each form is told by what only it has. Linear. */
import type { StackFrame } from '#server/record/event.ts';
import { isOwnCode } from './own-code.ts';
import { frameOf } from './parsed-stack.ts';

export type FramePlatform = 'java' | 'node' | 'javascript' | 'csharp';

export interface AtFrame {
  platform: FramePlatform;
  frame: StackFrame;
}

/** `at java.base/java.lang.Thread.run(Thread.java:1583) ~[?:?]` */
const JVM =
  /^at ((?:[\w.@-]{1,100}\/{1,2}){0,2})([\w$.<>/\u0080-\uffff-]{1,400})\.([\w$<>\u0080-\uffff-](?:[\w$<>\u0080-\uffff ,'-]{0,298}[\w$<>\u0080-\uffff-])?)\(((?:[\w$ .<>-]{1,200}\.(?:java|kt|kts|scala|groovy|clj|cljc)|SourceFile|Unknown Source|Native Method|<generated>|R8\$\$\w+|PG|Unknown|[\w.$-]{1,100})(?::\d{1,9})?)\)/;
const JVM_PLACE = /^(.+?)(?::(\d+))?$/;
/** `at Cart.total [as sum] (/app/cart.js:3:9)` */
const JS_CALL =
  /^at (?:async )?(?:new )?(\S.{0,300}?) \((?:eval at .{0,400}, )?(\S.{0,1000}?)(?::(\d{1,9}))?(?::(\d{1,9}))?\)(?: \{)?,?$/;
/** `at /app/cart.js:3:9` */
const JS_PLACE = /^at (?:async )?(?:\()?([^\s()].{0,1000}?):(\d{1,9}):(\d{1,9})\)?(?: \{)?,?$/;
const JS_INDEX = /^(?:index \d+|native|<anonymous>)$/;
/** `total@https://shop.example/cart.js:3:9` of Firefox and Safari. */
const GECKO =
  /^([^\s@]{0,200})@((?:https?|file|app|resource|moz-extension|safari-extension):\S{1,1000}?):(\d{1,9})(?::(\d{1,9}))?$/;
/** `at Shop.Cart.Total(String id) in /app/Cart.cs:line 12` */
const DOTNET =
  /^at ((?:[\w`.<>$+|[\],\u0080-\uffff-]| (?=[^ (]*\]))+)\.([\w`<>$+|[\],@\u0080-\uffff-]{1,300}|\.c?ctor)\(([^()]{0,800}(?:\([^()]*\)[^()]{0,200})?)\)(?: in (.{1,800}):line (\d{1,9}))?(?: \+ 0x[0-9a-f]+)?$/;

/** `at Shop.Cart.Total () [0x00012] in /app/Cart.cs:12` of Mono and Unity. */
const MONO =
  /^at ([\w`.<>$+|[\],]{1,400})\.([\w`<>$+|[\],@]{1,300}|\.c?ctor) \([^()]{0,800}\) \[0x[0-9a-f]+\] in (.{1,800}):(\d{1,9})$/;

/** Longest line that is a frame. */
const LINE_CHARS_MAX = 2_000;

export function atFrame(text: string): AtFrame | null {
  if (text.length > LINE_CHARS_MAX) return null;
  if (!text.startsWith('at ')) return text.includes('@') ? geckoFrame(text) : null;
  return jvmFrame(text) ?? jsFrame(text) ?? dotnetFrame(text);
}

function jvmFrame(text: string): AtFrame | null {
  const match = JVM.exec(text);
  if (!match) return null;
  const [, , module = '', name = '', place = ''] = match;
  if (!isJvmPlace(place)) return null;
  // Kotlin's names in backticks, as tests have them.
  if (name.includes(' ') && !/\.(?:kt|kts|scala|groovy):\d+$/.test(place)) return null;
  const [, file = '', line] = JVM_PLACE.exec(place)!;
  const isFile = file.includes('.') || file === 'SourceFile';
  return {
    platform: 'java',
    frame: frameOf({
      module,
      function: name,
      filename: isFile ? file : undefined,
      lineno: line === undefined ? undefined : Number(line),
      in_app: isOwnCode('java', '', module),
    }),
  };
}

/** `(Cart.java:12)`; what else may stand there has no dot, and names of types of .NET are told by having no number. */
function isJvmPlace(place: string): boolean {
  return (
    /\.(?:java|kt|kts|scala|groovy|clj|cljc)(?::\d+)?$/.test(place) ||
    /^(?:Unknown Source|Native Method|<generated>|SourceFile|PG|R8\$\$.*|Unknown)(?::\d+)?$/.test(place) ||
    /^[\w.$-]+:\d+$/.test(place)
  );
}

function jsFrame(text: string): AtFrame | null {
  const call = JS_CALL.exec(text);
  if (call && (call[3] !== undefined || JS_INDEX.test(call[2]!))) {
    // `at home (today:3)` has no column and no path.
    const [, name = '', path = '', line, column] = call;
    if (line !== undefined && column === undefined && !/[./\\]/.test(path)) return null;
    return scriptFrame(path, line, column, name.replace(/ \[as [^\]]{1,200}\]$/, ''));
  }
  const place = call ? null : JS_PLACE.exec(text);
  if (
    !place ||
    !/[./\\:<[]/.test(place[1]!) ||
    /\s/.test(place[1]!.replace(/^[A-Za-z]:\\|file:\/\/\//, '').slice(0, 40))
  )
    return text === 'at <anonymous>' ? scriptFrame('<anonymous>', undefined, undefined, undefined) : null;
  return scriptFrame(place[1]!, place[2], place[3], undefined);
}

function geckoFrame(text: string): AtFrame | null {
  const match = GECKO.exec(text);
  return match && scriptFrame(match[2]!, match[3], match[4], match[1] || undefined);
}

const WEB =
  /^(?:https?|blob|webpack|webpack-internal|chrome-extension|moz-extension|safari-extension|app|capacitor):/;

function scriptFrame(
  path: string,
  line: string | undefined,
  column: string | undefined,
  name: string | undefined,
): AtFrame {
  const platform = WEB.test(path) ? 'javascript' : 'node';
  const plain = path.replace(/^file:\/\//, '');
  return {
    platform,
    frame: frameOf({
      function: name === undefined ? '?' : name,
      filename: JS_INDEX.test(plain) && plain !== '<anonymous>' ? undefined : plain,
      abs_path: path,
      lineno: line === undefined ? undefined : Number(line),
      colno: column === undefined ? undefined : Number(column),
      in_app: isOwnCode(platform, path, name ?? ''),
    }),
  };
}

function dotnetFrame(text: string): AtFrame | null {
  const match = DOTNET.exec(text);
  if (!match) return monoFrame(text);
  const [, type = '', method = '', parameters = '', path, line] = match;
  // `at example.com(see below)`: parameters are types, most with a name behind.
  const isCall = path !== undefined || parameters === '' || /^[\w`.<>[\],&*?\s+|$()]+$/.test(parameters);
  if (!isCall || !/[A-Z<]/.test(type)) return null;
  return {
    platform: 'csharp',
    frame: frameOf({
      module: type,
      function: method,
      filename: path,
      abs_path: path,
      lineno: line === undefined ? undefined : Number(line),
      in_app: isOwnCode('csharp', path ?? '', type),
    }),
  };
}

function monoFrame(text: string): AtFrame | null {
  const match = MONO.exec(text);
  if (!match) return null;
  const [, type = '', method = '', path = '', line] = match;
  // Of code without symbols a number stands for the file: `<3f2a4b5c>`.
  const file = path.startsWith('<') ? undefined : path;
  return {
    platform: 'csharp',
    frame: frameOf({
      module: type,
      function: method,
      filename: file,
      abs_path: file,
      lineno: file === undefined ? undefined : Number(line),
      in_app: isOwnCode('csharp', path, type),
    }),
  };
}
