/**
 * The built-in stack rules: which frames are the person's code, and which say nothing about what went wrong.
 * Frozen with grouping v1: the same effect on every frame as Sentry's rule set of 2026-01-20, so that groups
 * are the same. A new idea is a new list beside this one. Order matters, see `stack-rules.ts`.
 */
import type { Effect, FrameTest, StackRule } from './stack-rules.ts';

const NOT_APP: Effect = { inApp: false };
const APP: Effect = { inApp: true };
const UNGROUPED: Effect = { grouped: false };
const CALLEES_NOT_APP: Effect = { inApp: false, reach: 'callees' };
const CALLEES_UNGROUPED: Effect = { grouped: false, reach: 'callees' };
const CALLERS_APP: Effect = { inApp: true, reach: 'callers' };
const CALLERS_UNGROUPED: Effect = { grouped: false, reach: 'callers' };

type TextField = 'function' | 'module' | 'package' | 'path';

/** One rule per pattern, all with the same effects. */
function when(
  field: TextField,
  patterns: readonly string[],
  effects: readonly Effect[],
  also: FrameTest = {},
) {
  return patterns.map((pattern): StackRule => ({ frame: { ...also, [field]: pattern }, effects }));
}

function is(category: string): readonly Effect[] {
  return [{ category }];
}

const NATIVE: FrameTest = { family: 'native' };

function nativeFunctions(category: string, ...patterns: string[]): StackRule[] {
  return when('function', patterns, is(category), NATIVE);
}

function nativePackages(category: string, ...patterns: string[]): StackRule[] {
  return when('package', patterns, is(category), NATIVE);
}

function modules(category: string, ...patterns: string[]): StackRule[] {
  return when('module', patterns, is(category));
}

/** First: what a frame is. Later categories win over earlier ones. */
const OPERATING_SYSTEM: StackRule[] = [
  ...nativePackages('system', '/System/Library/Frameworks/**', 'C:/Windows/**', '/usr/lib/**'),
  ...nativeFunctions('system', 'memset', 'memcpy', '__memcpy', 'memcmp'),
  ...nativePackages('system', 'CoreFoundation', 'Foundation', 'CFNetwork', 'IOKit', 'QuartzCore'),
  ...nativePackages('system', 'IOMobileFramebuffer', 'libobjc*', 'libsystem*', '/system/**', '/vendor/**'),
  ...modules('system', 'dalvik.system.*', 'com.android.*'),
  ...nativePackages('system', 'libdispatch.dylib', 'WebKit', '**/libart.so'),
  ...nativePackages('system', 'linux-gate.so*', 'linux-vdso.so*'),
  ...when('package', ['/apex/com.android.*/lib*/**'], is('system')),
  // Comes with the devices of one Android maker.
  ...modules('system', 'com.lenovo.lsf.*', 'com.lenovo.payplus.*'),
];

const STANDARD_LIBRARIES: StackRule[] = [
  ...nativeFunctions('std', 'boost::*', 'std::*'),
  ...modules('std', 'java.*', 'com.google.crypto.*', 'com.google.android.*', 'javax.crypto.*'),
  ...modules('std', 'android.database.*', 'androidx.*', 'android.*'),
  ...modules('system', 'android.os.*'),
];

const USER_INTERFACE: StackRule[] = [
  ...nativePackages('ui', 'UIKit', 'UIKitCore', 'SwiftUI', 'AttributeGraph', 'CoreAutoLayout'),
  ...nativePackages('ui', 'GraphicsServices'),
  ...nativeFunctions('ui', '-[[]NSISEngine*'),
  ...modules('ui', 'android.view.*', 'android.text.*', 'android.widget.*', 'android.app.Dialog'),
  ...modules('ui', 'androidx.*.widget.*', 'com.google.android.material.*'),
  ...when('function', ['handleMessage', 'run'], is('indirection'), { category: 'ui' }),
];

const RUNTIMES: StackRule[] = [
  ...nativeFunctions('runtime', 'art::jit::*'),
  ...nativePackages('av', '/system/lib/libmedia.so', '/System/lib/libaudioclient.so', 'AudioToolbox*'),
  ...nativePackages('av', 'libAudioToolboxUtility.dylib'),
  ...nativeFunctions('internals', 'std::_*', '__swift_*', 'block_destroy_helper*'),
  ...when('function', ['*_block_invoke*'], is('internals'), { family: 'native', inApp: false }),
];

/** Where threads begin: below them there is nothing of the person's. */
const THREAD_BASES: StackRule[] = [
  ...when('function', ['start'], is('threadbase'), { family: 'native', package: '/usr/lib/system/**' }),
  ...when('function', ['start'], is('threadbase'), { family: 'native', package: 'libdyld.dylib' }),
  ...when('function', ['UIApplicationMain'], is('threadbase'), { family: 'native', package: 'UIKitCore' }),
  ...nativeFunctions('threadbase', 'wWinMain', 'invoke_main', 'BaseThreadInitThunk', 'RtlUserThreadStart'),
  ...nativeFunctions('threadbase', 'thread_start', '_pthread_start', '__pthread_start', '_pthread_body'),
  ...nativeFunctions('threadbase', '_dispatch_worker_thread2', 'start_wqthread', '_pthread_wqthread'),
  ...nativeFunctions('threadbase', 'boost::*::thread_proxy'),
  ...when('function', ['<unknown>'], is('threadbase'), {
    family: 'native',
    package: '/usr/lib/system/libsystem_pthread.dylib',
  }),
  ...when('function', ['call'], is('threadbase'), { module: 'android.os.AsyncTask*' }),
  ...when('function', ['UIApplicationMain'], is('threadbase'), { family: 'native', package: 'UIKit' }),
  ...when('function', ['runWorker'], is('threadbase'), {
    module: 'java.util.concurrent.ThreadPoolExecutor*',
  }),
  ...when('function', ['call'], is('threadbase'), { module: 'android.os.*' }),
  ...when('function', ['main'], is('threadbase'), { module: 'android.app.ActivityThread' }),
  ...when('function', ['layout'], is('threadbase'), { module: 'android.view.View' }),
  ...when('function', ['loop'], is('threadbase'), { module: 'android.os.Looper' }),
  ...nativeFunctions('threadbase', 'TppWorkerThread', 'TppWorkpExecuteCallback', 'RtlpTpWorkCallback'),
  ...when('function', ['dispatchMessage', 'handleCallback'], is('threadbase'), {
    module: 'android.os.Handler',
  }),
  ...when('function', ['handleMessage'], is('threadbase'), { module: 'android.app.ActivityThread*' }),
];

const PLUMBING: StackRule[] = [
  ...nativePackages('malloc', '**/libsystem_malloc.dylib'),
  ...nativeFunctions('malloc', 'malloc', 'malloc_base', 'RtlpAllocateHeapInternal'),
  ...nativeFunctions('malloc', 'std::*::allocator_traits*'),
  ...nativeFunctions('indirection', '*::operator()*', '*<lambda>*', "destructor'", '__dynamic_cast'),
  ...nativeFunctions('indirection', 'boost::function*', 'boost::_bi::*'),
  ...nativeFunctions('indirection', 'boost::detail::function::functor_manager*', 'Array.subscript.*'),
  ...modules('indirection', 'java.lang.reflect.*'),
  ...when('function', ['getMethod'], is('indirection'), { module: 'java.lang.Class' }),
  ...modules('indirection', 'androidx.work.impl.utils.ForceStopRunnable'),
  ...nativeFunctions('dtor', '*::{dtor}', "destructor'"),
  ...nativeFunctions('shutdown', 'exit', 'RtlExitUserProcess', 'ExitProcessImplementation'),
  ...nativeFunctions('shutdown', 'RtlExitUserThread'),
  ...nativeFunctions('handler', 'RtlpExecuteHandlerForException', '_sigtramp', 'DispatchHookW'),
  ...nativeFunctions('handler', 'execute_onexit_table'),
  ...nativeFunctions('throw', 'abort', 'raise', 'std::terminate', 'RtlExitUserThread'),
  ...nativeFunctions('throw', 'TppRaiseInvalidParameter', '_CxxThrowException', 'RaiseException'),
  ...nativeFunctions('throw', 'RaiseComPlusException', '_CFThrowFormattedException'),
  ...nativeFunctions('throw', 'objc_exception_throw', 'AG::precondition_failure*'),
];

const GRAPHICS: StackRule[] = [
  ...nativePackages('driver', 'C:/WINDOWS/system32/DriverStore/**'),
  ...nativePackages('driver', '/System/Library/Extensions/AppleIntel*GraphicsGLDriver.bundle/**'),
  ...nativeFunctions('driver', '*CUDA*'),
  ...nativePackages('driver', '**/nvcuda.dll', 'C:/Program Files/NVIDIA Corporation/**'),
  ...nativePackages('driver', '/System/Library/Extensions/GeForceGLDriver.bundle/**'),
  ...nativePackages('driver', '/System/Library/Extensions/AMDRadeon*/**'),
  ...nativePackages('driver', '/System/Library/PrivateFrameworks/GPUSupport.framework/**'),
  ...nativePackages('driver', 'libGPUSupportMercury.dylib', 'AGXGLDriver'),
  ...nativeFunctions('free', 'RtlFreeHeap', 'RtlFreeUnicodeString', 'std::_Deallocate', 'free'),
  ...nativeFunctions('free', 'objc_release', '_swift_release_dealloc', '_CFRelease'),
  ...nativePackages(
    'gl',
    'C:/Windows/SYSTEM32/OPENGL32.dll',
    '/System/Library/Frameworks/OpenGL.framework/**',
  ),
  ...nativePackages('gl', 'OpenGLES', 'GLEngine', '/system/lib/libEGL.so', '**/libGLES*.so'),
  ...nativePackages('gl', '**/libESXGLES*.so', '/system/lib/libskia.so'),
  // Appears in stacks in the place of the one above.
  ...nativePackages('gl', '/System/Library/Frameworks/OpenCL.framework/**'),
];

const CRASH_REPORTERS: StackRule[] = [
  ...when('function', ['gpusGenerateCrashLog*'], is('telemetry'), {
    family: 'native',
    package: '/System/Library/PrivateFrameworks/GPUSupport.framework/**',
  }),
  ...nativeFunctions('telemetry', 'gpusKillClientExt', 'crashpad::*'),
  ...modules('telemetry', 'cn.gundam.sdk.*', 'com.lenovo.payplus.analytics.*'),
  ...when('package', ['**/libBugly.so'], is('telemetry')),
];

const LOADING_AND_LOCKS: StackRule[] = [
  ...nativeFunctions('load', 'dlopen', 'dladdr', 'ImageLoaderMachO::findClosestSymbol'),
  ...when('function', ['android::OpenNativeLibrary'], is('load'), {
    family: 'native',
    package: '/system/lib/libnativeloader.so',
  }),
  ...when('function', ['loadLibrary'], is('load'), { module: 'java.lang.System' }),
  ...when('function', ['loadLibrary*'], is('load'), { module: 'java.lang.Runtime' }),
  ...nativeFunctions('lock', 'pthread_mutex_lock'),
];

/** A frame of one category calling another: the inner one is a detail of the outer. */
function detail(callerCategory: string, category: string): StackRule {
  return { caller: { category: callerCategory }, frame: { category }, effects: is('internals') };
}

/** Second: what a frame is because of its neighbours. */
const NEIGHBOURS: StackRule[] = [
  { frame: { category: 'driver' }, callee: { category: 'driver' }, effects: is('internals') },
  detail('gl', 'gl'),
  detail('av', 'av'),
  detail('malloc', 'malloc'),
  // Python's multiprocessing starts workers through a module that exists only for that.
  { frame: { function: '<module>' }, callee: { function: 'spawn_main' }, effects: is('internals') },
  // Windows aborts inside _purecall: the call itself is the place of the crash.
  { caller: { function: '_purecall' }, frame: { category: 'throw' }, effects: is('internals') },
  detail('throw', 'throw'),
  // System functions with a leading underscore, or with no name at all, say nothing.
  ...when('function', ['_*'], is('internals'), {
    family: 'native',
    category: 'system',
    not: { function: '_purecall' },
  }),
  ...when('function', ['<unknown>'], is('internals'), { family: 'native', category: 'system' }),
  ...nativeFunctions('internals', '_INTERNAL*', 'closure', 'Collection.map<T>', 'Array.subscript.getter'),
  ...nativeFunctions('internals', 'Array._getElement', '_ArrayBuffer._nativeTypeChecked.getter', 'range'),
  ...nativeFunctions('internals', '@callee_guaranteed'),
  // A compiler's split of hot and cold paths.
  ...nativeFunctions('indirection', '*.cold.1'),
  {
    caller: { not: { category: 'system' } },
    frame: { category: 'system' },
    callee: { not: { category: 'system' } },
    effects: is('indirection'),
  },
  detail('free', 'system'),
  detail('system', 'system'),
  detail('std', 'system'),
  detail('std', 'std'),
  detail('ui', 'ui'),
  detail('ui', 'system'),
  detail('internals', 'system'),
  detail('internals', 'ui'),
  detail('load', 'system'),
  detail('load', 'load'),
  detail('throw', 'system'),
  detail('runtime', 'system'),
  detail('runtime', 'runtime'),
  detail('dtor', 'dtor'),
];

const JAVA_FRAMEWORKS: StackRule[] = [
  ...modules('framework', 'akka.*', 'com.fasterxml.*', 'com.microsoft.*', 'com.sun.*', 'feign.*'),
  ...modules('framework', 'io.opentelemetry.*'),
  ...when('module', ['io.sentry.*'], [{ category: 'framework' }, UNGROUPED]),
  ...modules('framework', 'jdk.*', 'oauth.*', 'org.apache.*', 'org.glassfish.*', 'org.jboss.*'),
  ...modules('framework', 'org.jdesktop.*', 'org.postgresql.*', 'org.springframework.*', 'org.web3j.*'),
  ...modules('framework', 'reactor.core.*', 'scala.*', 'sun.*'),
];

/** Third: whose code it is. Where apps are installed on Apple's systems. */
const APPLE_APPS: StackRule[] = when(
  'package',
  [
    '/var/containers/Bundle/Application/**',
    '/private/var/containers/Bundle/Application/**',
    '**/Developer/CoreSimulator/Devices/**',
    '**/Containers/Bundle/Application/**',
    '**.app/Contents/**',
    '/Users/**',
  ],
  [APP],
  NATIVE,
);

/** Unreal's own way to an assertion or a captured event: everything below is the game, everything above is not. */
const UNREAL_BORDER: readonly Effect[] = [CALLERS_APP, NOT_APP, CALLEES_NOT_APP];
const UNREAL_ENGINE: StackRule[] = [
  ...when('function', ['UE::Logging::Private::BasicFatalLog'], UNREAL_BORDER, NATIVE),
  ...when('function', ['FDebug::CheckVerifyFailedImpl*'], UNREAL_BORDER, NATIVE),
  {
    frame: { function: '*::Impl::ExecCheckImplInternal' },
    callee: { function: 'FDebug::CheckVerifyFailedImpl' },
    effects: [NOT_APP],
  },
  {
    frame: { function: 'FDebug::CheckVerifyFailedImpl2' },
    callee: { function: 'FDebug::CheckVerifyFailedImpl2V' },
    effects: [NOT_APP],
  },
  ...when('function', ['FDebug::OptionallyLogFormattedEnsureMessageReturningFalse'], UNREAL_BORDER, NATIVE),
  {
    frame: { category: 'indirection' },
    callee: { function: 'FDebug::OptionallyLogFormattedEnsureMessageReturningFalse' },
    effects: [NOT_APP],
  },
  ...when(
    'function',
    [
      'DispatchCheckVerify*',
      'UE::Assert::Private::ExecCheckImplInternal*',
      'USentrySubsystem::CaptureMessage*',
      'USentrySubsystem::CaptureMessageWithScope*',
      'USentrySubsystem::CaptureEvent*',
      'USentrySubsystem::CaptureEventWithScope*',
      'USentrySubsystem::*execCapture*',
    ],
    UNREAL_BORDER,
    NATIVE,
  ),
];

const UNIX_LIBRARIES: StackRule[] = [
  ...when('package', ['/lib/**', '/usr/lib/**'], [NOT_APP]),
  ...when('path', ['/usr/local/lib/**', '/usr/local/Cellar/**', '**/.local/share/**'], [NOT_APP]),
];

/** From these frames on, what is called serves the failure itself: throwing, unwinding, reporting. */
const FAILURE_BORDER: readonly Effect[] = [CALLEES_UNGROUPED, UNGROUPED, CALLEES_NOT_APP, NOT_APP];
const LANGUAGE_BORDERS: StackRule[] = [
  ...when('function', ['std::*', 'core::*', 'alloc::*', '__rust_*', 'rust_begin_unwind'], [NOT_APP], NATIVE),
  ...when(
    'function',
    [
      'std::panicking::begin_panic',
      'core::panicking::begin_panic',
      'failure::backtrace::Backtrace::new',
      'error_chain::make_backtrace',
    ],
    FAILURE_BORDER,
    NATIVE,
  ),
  ...when(
    'function',
    ['std::panicking::panic_fmt', 'core::panicking::panic_fmt'],
    [CALLEES_NOT_APP, NOT_APP],
    NATIVE,
  ),
  ...when(
    'function',
    ['_CxxThrowException', '__cxa_throw', '__assert_rtn', '_NSRaiseError'],
    FAILURE_BORDER,
    NATIVE,
  ),
  ...when('function', ['_mh_execute_header'], [UNGROUPED, NOT_APP], NATIVE),
];

const CRASH_REPORTER_FRAMES: StackRule[] = [
  ...when('function', ['google_breakpad::*'], [NOT_APP, UNGROUPED], NATIVE),
  ...when(
    'function',
    [
      'google_breakpad::ExceptionHandler::SignalHandler',
      'google_breakpad::ExceptionHandler::WriteMinidumpWithException',
    ],
    [CALLEES_UNGROUPED, UNGROUPED],
    NATIVE,
  ),
  ...when(
    'package',
    [
      '**/Frameworks/libswift*.dylib',
      '**/Frameworks/KSCrash.framework/**',
      '**/Frameworks/SentrySwift.framework/**',
      '**/Frameworks/Sentry.framework/**',
    ],
    [NOT_APP],
    NATIVE,
  ),
  // Linked into the app, the reporter is only known by its names.
  ...when(
    'function',
    [
      'kscm_*',
      'sentrycrashcm_*',
      'kscrash_*',
      '*sentrycrash_*',
      '?[[]KSCrash*',
      '?[[]RNSentry*',
      '__*[[]Sentry*',
      '?[[]Sentry*',
    ],
    [NOT_APP, UNGROUPED],
    NATIVE,
  ),
];

const DART: StackRule[] = [
  {
    frame: { family: 'native', package: '/data/app/**', path: '**/*.dart' },
    effects: [APP],
  },
  ...when('path', ['org-dartlang-sdk:///**'], [NOT_APP, UNGROUPED], { family: 'javascript' }),
  ...when('module', ['**/packages/flutter/**'], [NOT_APP], { family: 'javascript' }),
  ...when(
    'path',
    ['**/packages/flutter/**', 'lib/ui/hooks.dart', 'lib/ui/platform_dispatcher.dart'],
    [NOT_APP],
    NATIVE,
  ),
  ...when(
    'package',
    ['**/Frameworks/FlutterMacOS.framework/**', '**/Frameworks/Flutter.framework/**'],
    [NOT_APP],
    NATIVE,
  ),
  ...when('path', ['third_party/dart/sdk/**'], [NOT_APP], NATIVE),
  ...when('function', ['stub InvokeDartCode', 'stub CallBootstrapNative'], [NOT_APP], NATIVE),
  ...when(
    'path',
    ['', '_flutter', '_logging', '_dio', '_file', '_hive', '_isar', '_sqflite', '_drift'].map(
      (suffix) => `package:sentry${suffix}/**`,
    ),
    [NOT_APP, UNGROUPED],
  ),
  ...when('path', ['package:sentry_link/**', 'package:sentry_firebase_remote_config/**'], [NOT_APP]),
  ...when('path', ['**/.pub-cache/**'], [NOT_APP], NATIVE),
];

/** Fourth: what categories mean. */
const CATEGORIES: StackRule[] = [
  { frame: { category: 'throw' }, effects: FAILURE_BORDER },
  { frame: { category: 'system' }, effects: [NOT_APP] },
  { frame: { category: 'threadbase' }, effects: [UNGROUPED, CALLERS_UNGROUPED] },
  { frame: { category: 'handler' }, effects: [CALLEES_UNGROUPED, UNGROUPED] },
  { frame: { category: 'telemetry' }, effects: [NOT_APP, UNGROUPED] },
  { frame: { category: 'indirection' }, effects: [UNGROUPED] },
  { frame: { category: 'internals' }, effects: [NOT_APP, UNGROUPED] },
];

/** Fifth: where other people's code lies, by language. */
const DEPENDENCIES: StackRule[] = [
  // PHP, Ruby, Go: copied into the project.
  ...when('path', ['**/vendor/**'], [NOT_APP]),
  // Python
  ...when('path', ['**/site-packages/**', '**/dist-packages/**'], [NOT_APP]),
  // JavaScript: installed, or from the public mirrors of packages.
  ...when('path', ['**/node_modules/**'], [NOT_APP]),
  ...when('module', ['unpkg/**'], [NOT_APP]),
  ...when(
    'path',
    ['unpkg.com', 'cdnjs.cloudflare.com', 'cdn.jsdelivr.net', 'esm.run'].map(
      (host) => `**https://${host}/**`,
    ),
    [NOT_APP],
  ),
  ...when('function', ['reportError'], [CALLEES_NOT_APP, NOT_APP], { family: 'javascript' }),
  ...when('module', ['@babel/**', 'core-js/**', 'regenerator-runtime/**', 'tslib/**'], [NOT_APP, UNGROUPED]),
  ...when('function', ['_callSuper'], [NOT_APP, UNGROUPED], { family: 'javascript' }),
  ...when(
    'function',
    ['runMicrotasks', 'queueMicrotask', 'processTicksAndRejections', 'runNextTicks', 'nextTick'],
    [NOT_APP, UNGROUPED],
  ),
  // Go
  ...when('path', ['**/go/pkg/mod/**'], [NOT_APP]),
  // Java and Kotlin
  { frame: { category: 'framework' }, effects: [NOT_APP] },
  ...when('module', ['kotlin.*', 'kotlinx.*', 'io.ktor.*', 'io.netty.*'], [NOT_APP]),
  // Agents of other products that wrap calls.
  ...when('module', ['newrelic'], [NOT_APP, UNGROUPED]),
  ...when('path', ['**/*newrelic*/**', '**/*LogRocket*/**'], [NOT_APP, UNGROUPED]),
];

export const BUILT_IN_RULES: readonly StackRule[] = [
  ...OPERATING_SYSTEM,
  ...STANDARD_LIBRARIES,
  ...USER_INTERFACE,
  ...RUNTIMES,
  ...THREAD_BASES,
  ...PLUMBING,
  ...GRAPHICS,
  ...CRASH_REPORTERS,
  ...LOADING_AND_LOCKS,
  ...NEIGHBOURS,
  ...JAVA_FRAMEWORKS,
  ...APPLE_APPS,
  ...UNREAL_ENGINE,
  ...UNIX_LIBRARIES,
  ...LANGUAGE_BORDERS,
  ...CRASH_REPORTER_FRAMES,
  ...DART,
  ...CATEGORIES,
  ...DEPENDENCIES,
];
