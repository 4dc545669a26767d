/**
 * Which frames of a stack trace in text are the person's own code. SDKs ask the runtime; of a text only the paths and
 * names of what comes with the runtime or from a package registry are known. What is not known is the person's own.
 */
import type { StackPlatform } from './parsed-stack.ts';

const PACKAGES =
  /(?:^|[\\/])(?:site-packages|dist-packages|node_modules|vendor|gems|bundler|\.cargo[\\/]registry|pkg[\\/]mod)[\\/]/;
const PYTHON_LIBRARY = /(?:^|[\\/])(?:lib[\\/]python\d|Python\d+[\\/]Lib[\\/])|^<frozen |^<string>$/;
const RUBY_LIBRARY = /(?:^|[\\/])(?:lib[\\/]ruby|\.rbenv|\.rvm)[\\/]|^<internal:/;
const NODE_LIBRARY = /^(?:node:|internal[\\/]|native$|<anonymous>$|timers\.js|events\.js|net\.js|_http)/;
const RUST_LIBRARY =
  /^(?:std|core|alloc|tokio|rust_begin_unwind|backtrace|hyper|anyhow|test|__rust|rust_panic)(?:::|$)/;
const RUST_PATH = /^\/rustc\/|[\\/]library[\\/](?:std|core|alloc)[\\/]/;
const GO_PATH = /(?:^|\/)(?:usr\/(?:local\/)?(?:lib\/)?go|go\d[\d.]*|goroot)\/src\//i;
const GO_RUNTIME =
  /^(?:runtime|panic|net\/http|created by net\/http|reflect|testing|sync|os|log|internal)(?:[./]|$)/;
const JVM_LIBRARY =
  /^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|clojure|groovy|android|androidx|dalvik|jakarta|org\.(?:springframework|apache|eclipse|hibernate|jboss|junit|codehaus|gradle|postgresql)|io\.(?:netty|micronaut|quarkus|vertx|undertow|grpc|reactivex|lettuce)|reactor|com\.(?:zaxxer|fasterxml|mysql|android|google\.(?:common|inject))|ch\.qos|okhttp3|retrofit2)(?:\.|$)/;
const DOTNET_LIBRARY =
  /^(?:System|Microsoft|Newtonsoft|MS|Npgsql|Serilog|NLog|lambda_method|Grpc|MySql|Polly)(?:\.|\(|$)/;

/** `name`: module and function as they stand in the trace. */
export function isOwnCode(platform: StackPlatform, path: string, name: string): boolean {
  if (PACKAGES.test(path)) return false;
  switch (platform) {
    case 'python':
      return !PYTHON_LIBRARY.test(path);
    case 'ruby':
      return !RUBY_LIBRARY.test(path);
    case 'node':
    case 'javascript':
      return !NODE_LIBRARY.test(path);
    case 'go':
      return !GO_PATH.test(path) && !GO_RUNTIME.test(name);
    case 'java':
      return !JVM_LIBRARY.test(name);
    case 'csharp':
      return !DOTNET_LIBRARY.test(name);
    case 'rust':
      return !RUST_PATH.test(path) && !RUST_LIBRARY.test(name);
    case 'php':
      return path !== '' && !path.startsWith('[internal');
  }
}
