// The shop's page with @sentry/browser; the story is in the query.
import * as Sentry from '@sentry/browser';

const query = new URLSearchParams(location.search);
const story = query.get('story');

Sentry.init({
  dsn: query.get('dsn'),
  release: 'shop-web@2.0.1',
  environment: 'production',
  tunnel: story === 'tunnel' ? '/tunnel' : undefined,
  sendDefaultPii: true,
  integrations: story === 'replay' ? [Sentry.replayIntegration({ minReplayDuration: 0 })] : [],
  replaysSessionSampleRate: story === 'replay' ? 1 : 0,
});

class PaymentError extends Error {
  name = 'PaymentError';
}

function pay(cart) {
  throw new PaymentError(`Card declined for cart ${cart.id}`);
}

const stories = {
  error() {
    Sentry.setUser({ id: '42', email: 'ann@example.com' });
    Sentry.setTag('plan', 'pro');
    document.querySelector('button').click();
  },
  message: () => Sentry.captureMessage('Cart is empty', 'info'),
  cause: () =>
    Sentry.captureException(new PaymentError('Payment failed', { cause: new TypeError('Failed to fetch') })),
  'unhandled-rejection': () => void Promise.reject(new PaymentError('Nobody awaited this')),
  feedback: () =>
    Sentry.captureFeedback({ name: 'Ann', email: 'ann@example.com', message: 'The pay button does nothing' }),
  attachment: () =>
    Sentry.withScope((scope) => {
      scope.addAttachment({ filename: 'cart.bin', data: new Uint8Array([0, 10, 13, 255]) });
      Sentry.captureException(new PaymentError('With a file'));
    }),
  tunnel: () => Sentry.captureException(new PaymentError('Through the tunnel')),
  replay: () => Sentry.captureException(new PaymentError('With a replay')),
  dialog: () =>
    Sentry.showReportDialog({
      eventId: Sentry.captureException(new PaymentError('Tell us about it')),
      user: { name: 'Ann', email: 'ann@example.com' },
      onClose: () => {
        window.dialogClosed = true;
      },
    }),
  noise: () => {
    class ChunkLoadError extends Error {
      name = 'ChunkLoadError';
    }
    Sentry.captureException(new Error('Extension context invalidated.'));
    Sentry.captureException(new ChunkLoadError('Loading chunk 7 failed.'));
    Sentry.captureException(new Error('ResizeObserver loop limit exceeded'));
    Sentry.captureException(new Error('Minified React error #418; visit https://react.dev/errors/418'));
    Sentry.captureException(new PaymentError('Not noise at all'));
  },
  'csp-group': () => {
    for (const host of ['one.tracker.example', 'one.tracker.example', 'two.tracker.example'])
      document.body.append(
        Object.assign(document.createElement('script'), { src: `http://${host}/${Math.random()}.js` }),
      );
  },
  csp: () =>
    document.body.append(
      Object.assign(document.createElement('img'), { src: 'http://evil.example/x.png?token=1' }),
    ),
};

document.querySelector('button').addEventListener('click', () => pay({ id: 'A-17' }));
setTimeout(() => {
  window.storyIsTold = true;
  stories[story]();
}, 50);
window.finished = async () => {
  await Sentry.flush(2000);
  await Sentry.getReplay?.()?.flush();
  return true;
};
