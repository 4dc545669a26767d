/**
 * Is an error part of the day? Decided from the exception that reached the top, by its type as frameworks name it, then
 * by the status that was answered, then by the message. All of it is data: one line per kind, a test per framework.
 * Only the exception on top counts: a cancelled query below a failed payment is no reason to overlook the payment.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { ExpectedKind } from '#server/record/expected.ts';

/** Types as SDKs send them: the class, with or without its module in front. */
const TYPES: Partial<Record<ExpectedKind, readonly string[]>> = {
  not_found: [
    'Http404', // Django
    'NotFound', // Werkzeug, Flask, Django REST
    'NotFoundError', // http-errors, Express
    'NotFoundException', // NestJS, JAX-RS, AWS
    'NotFoundHttpException', // Symfony, Laravel
    'ModelNotFoundException', // Laravel
    'ActiveRecord::RecordNotFound', // Rails
    'ActionController::RoutingError',
    'AbstractController::ActionNotFound',
    'NoHandlerFoundException', // Spring
    'NoResourceFoundException',
    'Phoenix.Router.NoRouteError',
    'Ecto.NoResultsError',
    'Gone',
    'GoneException',
  ],
  not_allowed: [
    'PermissionDenied', // Django
    'NotAuthenticated', // Django REST
    'AuthenticationFailed',
    'Unauthorized', // Werkzeug
    'Forbidden',
    'UnauthorizedError', // http-errors, express-jwt
    'ForbiddenError',
    'UnauthorizedException', // NestJS
    'ForbiddenException',
    'TokenExpiredError', // jsonwebtoken
    'JsonWebTokenError',
    'AuthenticationException', // Laravel
    'AuthorizationException',
    'TokenMismatchException',
    'AccessDeniedHttpException', // Symfony
    'UnauthorizedHttpException',
    'AccessDeniedException', // Spring, Symfony
    'AuthorizationDeniedException',
    'ActionController::InvalidAuthenticityToken', // Rails
    'Pundit::NotAuthorizedError',
    'CanCan::AccessDenied',
    'Plug.CSRFProtection.InvalidCSRFTokenError', // Phoenix
  ],
  invalid_input: [
    'ValidationError', // Django, Pydantic, Joi, Yup, Mongoose, Marshmallow
    'RequestValidationError', // FastAPI
    'SuspiciousOperation', // Django
    'DisallowedHost',
    'BadRequest', // Werkzeug
    'BadRequestKeyError',
    'UnprocessableEntity',
    'RequestEntityTooLarge',
    'BadRequestError', // http-errors
    'UnprocessableEntityError',
    'PayloadTooLargeError',
    'BadRequestException', // NestJS
    'UnprocessableEntityException',
    'PayloadTooLargeException',
    'ZodError',
    'ValidationException', // Laravel
    'BadRequestHttpException', // Symfony
    'UnprocessableEntityHttpException',
    'PostTooLargeException',
    'MethodArgumentNotValidException', // Spring
    'HandlerMethodValidationException',
    'HttpMessageNotReadableException',
    'MissingServletRequestParameterException',
    'MethodArgumentTypeMismatchException',
    'ConstraintViolationException',
    'ActionController::BadRequest', // Rails
    'ActionController::ParameterMissing',
    'ActionController::UnknownFormat',
    'ActionDispatch::Http::Parameters::ParseError',
    'ActiveRecord::RecordInvalid',
    'Rack::QueryParser::InvalidParameterError',
    'Plug.Parsers.ParseError', // Phoenix
    'Microsoft.AspNetCore.Http.BadHttpRequestException', // ASP.NET
    'BadHttpRequestException',
  ],
  rate_limited: [
    'Throttled', // Django REST
    'TooManyRequests', // Werkzeug
    'TooManyRequestsError', // http-errors
    'ThrottlerException', // NestJS
    'ThrottleRequestsException', // Laravel
    'TooManyRequestsHttpException', // Symfony
  ],
  client_error: [
    'MethodNotAllowed', // Werkzeug
    'MethodNotAllowedError', // http-errors
    'MethodNotAllowedException', // NestJS
    'MethodNotAllowedHttpException', // Symfony, Laravel
    'HttpRequestMethodNotSupportedException', // Spring
    'HttpMediaTypeNotSupportedException',
    'HttpMediaTypeNotAcceptableException',
    'ActionController::UnknownHttpMethod', // Rails
    'NotAcceptableHttpException',
    'ConflictException', // NestJS
    'ConflictHttpException',
  ],
  cancelled: [
    'AbortError', // fetch, Node
    'CanceledError', // axios
    'CancelledError', // asyncio, TanStack Query
    'CancellationException', // Java, Kotlin
    'JobCancellationException',
    'OperationCanceledException', // .NET
    'TaskCanceledException',
    'NavigationDuplicated', // vue-router
    'NSURLErrorCancelled', // Apple
  ],
  disconnected: [
    'BrokenPipeError', // Python
    'ConnectionResetError',
    'ConnectionAbortedError',
    'ClientDisconnect', // Starlette
    'ClientAbortException', // Tomcat
    'AsyncRequestNotUsableException', // Spring
    'EofException', // Jetty
    'Errno::EPIPE', // Ruby
    'Errno::ECONNRESET',
    'Puma::ConnectionError',
    'ECONNRESET', // Node, where the code is the name
    'EPIPE',
    'Bandit.TransportError', // Phoenix
  ],
  chunk_load: ['ChunkLoadError'], // webpack
};

const KIND_OF_TYPE = new Map(
  Object.entries(TYPES).flatMap(([kind, types]) =>
    types.map((type) => [type.toLowerCase(), kind as ExpectedKind] as const),
  ),
);

/** Of messages, lower case, no more than their beginning. */
const MESSAGES: readonly [ExpectedKind, RegExp][] = [
  [
    'chunk_load',
    /^(?:loading (?:css )?chunk \S{1,200} failed|(?:typeerror: )?failed to fetch dynamically imported module|error loading dynamically imported module|importing a module script failed|unable to preload css for )/,
  ],
  [
    'browser_noise',
    /^(?:resizeobserver loop|script error\.?$|uncaught script error\.?$|event `\w{1,30}` \(type=\w{1,30}\) captured as promise rejection$)/,
  ],
  [
    'cancelled',
    /^(?:context canceled$|the (?:user aborted a request|operation was (?:aborted|canceled))|signal is aborted without reason|request aborted$|canceled$|cancelled$|rpc error: code = canceled\b)/,
  ],
  [
    'disconnected',
    /^(?:(?:read|write) (?:econnreset|epipe)\b|aborted$|(?:write|read) tcp \S{1,100}: (?:write: broken pipe|read: connection reset by peer)|broken pipe$|connection reset by peer$|failed to fetch$|load failed$|networkerror when attempting to fetch resource|network ?error$|network request failed$|the internet connection appears to be offline|the network connection was lost)/,
  ],
];
/** Characters of a message: the words stand at its beginning. */
const MESSAGE_CHARS_MAX = 500;

export function expectedKind(event: EventPayload): ExpectedKind | null {
  const top = event.exception?.values.at(-1);
  const byType = kindOfType(top?.type, top?.module);
  if (byType !== null) return byType;
  // A status that was answered says what the error is, as long as nothing crashed.
  if (top?.mechanism?.handled !== false) {
    const byStatus = kindOfStatus(statusOf(event));
    if (byStatus !== null) return byStatus;
  }
  const message = top ? top.value : (event.logentry?.formatted ?? event.logentry?.message);
  return message === undefined ? null : kindOfMessage(message);
}

function kindOfType(type: string | undefined, module: string | undefined): ExpectedKind | null {
  if (!type) return null;
  const name = type.slice(0, 300).toLowerCase();
  const whole = KIND_OF_TYPE.get(module ? `${module.slice(0, 300).toLowerCase()}.${name}` : name);
  // `Symfony\Component\...\NotFoundHttpException`, `org.springframework...NoHandlerFoundException`
  return whole ?? KIND_OF_TYPE.get(name) ?? KIND_OF_TYPE.get(name.split(/[\\.$]/).at(-1)!) ?? null;
}

function kindOfMessage(message: string): ExpectedKind | null {
  const text = message.slice(0, MESSAGE_CHARS_MAX).trim().toLowerCase();
  return MESSAGES.find(([, words]) => words.test(text))?.[0] ?? null;
}

const STATUS_TAGS = new Set(['http.status_code', 'http.response.status_code', 'status_code', 'http.status']);

/** As the SDK says it: of the response, of the exception's mechanism, or in a tag. */
function statusOf(event: EventPayload): number | null {
  const said = [
    event.contexts?.response?.status_code,
    event.exception?.values.at(-1)?.mechanism?.data?.status_code,
    event.exception?.values.at(-1)?.mechanism?.data?.status,
    event.tags.find(([key]) => STATUS_TAGS.has(key))?.[1],
  ];
  for (const value of said) if (/^[1-5]\d\d$/.test(String(value))) return Number(value);
  return null;
}

function kindOfStatus(status: number | null): ExpectedKind | null {
  if (status === null || status < 400 || status > 499) return null;
  return KIND_OF_STATUS[status] ?? 'client_error';
}

const KIND_OF_STATUS: Readonly<Record<number, ExpectedKind>> = {
  400: 'invalid_input',
  401: 'not_allowed',
  403: 'not_allowed',
  404: 'not_found',
  410: 'not_found',
  413: 'invalid_input',
  419: 'not_allowed',
  422: 'invalid_input',
  429: 'rate_limited',
  499: 'disconnected',
};
