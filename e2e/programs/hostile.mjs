// A sender that means harm: every text a person will read tries to become part of the page. node hostile.mjs
import * as Sentry from '@sentry/node';

/** Each sets the flag `hacked` of the page that runs it, or opens a dialog. */
const SCRIPT = '<script>window.hacked=1;alert(1)</script>';
const IMAGE = '<img src=x onerror="window.hacked=1">';
const FRAME = '"><svg/onload=window.hacked=1><iframe srcdoc="<script>parent.hacked=1</script>">';
// biome-ignore lint/suspicious/noTemplateCurlyInString: some pages fill templates twice
const TEMPLATE = '{{constructor.constructor("window.hacked=1")()}}${window.hacked=1}';
const LINK = 'javascript:window.hacked=1';

Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: `shop@1.0${SCRIPT}`,
  environment: 'production',
  serverName: IMAGE,
  integrations: (defaults) => defaults.filter(({ name }) => name !== 'ContextLines'),
  beforeSend(event) {
    const [exception] = event.exception?.values ?? [];
    exception?.stacktrace?.frames?.push({
      filename: `/srv/${IMAGE}.js`,
      function: FRAME,
      module: SCRIPT,
      lineno: 3,
      in_app: true,
      pre_context: [TEMPLATE],
      context_line: `throw new Error('${SCRIPT}')`,
      vars: { [IMAGE]: SCRIPT, deep: { nested: [FRAME, LINK] } },
    });
    if (exception?.mechanism)
      Object.assign(exception.mechanism, { help_link: LINK, data: { [SCRIPT]: IMAGE } });
    return event;
  },
});

class HostileError extends Error {
  name = `HostileError ${IMAGE}`;
}

Sentry.withScope((scope) => {
  scope.setUser({ id: SCRIPT, username: IMAGE, email: LINK, [FRAME]: TEMPLATE });
  scope.setTag('note', IMAGE);
  scope.setTag('link', LINK);
  scope.setTag('script', SCRIPT);
  scope.setContext(SCRIPT, { [IMAGE]: FRAME, url: LINK });
  scope.setExtra(FRAME, TEMPLATE);
  scope.setTransactionName(`GET /${SCRIPT}`);
  scope.addBreadcrumb({ category: IMAGE, message: SCRIPT, data: { url: LINK, [IMAGE]: FRAME } });
  scope.addBreadcrumb({
    type: 'http',
    category: 'fetch',
    data: { url: LINK, method: SCRIPT, status_code: 500 },
  });
  scope.addEventProcessor((event) => ({
    ...event,
    request: {
      url: LINK,
      method: SCRIPT,
      query_string: `a=${IMAGE}`,
      headers: { Referer: LINK, [IMAGE]: SCRIPT },
      cookies: { [SCRIPT]: IMAGE },
      data: SCRIPT,
    },
    modules: { [SCRIPT]: IMAGE },
  }));
  scope.addAttachment({ filename: `${IMAGE}.html`, data: `<body>${SCRIPT}`, contentType: 'text/html' });
  const eventId = Sentry.captureException(new HostileError(`It ${SCRIPT} ${IMAGE} ${TEMPLATE}`));
  Sentry.captureFeedback({
    name: SCRIPT,
    email: 'ann@example.com',
    message: `${IMAGE}${SCRIPT}`,
    url: LINK,
    associatedEventId: eventId,
  });
});
await Sentry.flush(5000);
