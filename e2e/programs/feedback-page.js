/** A page with the feedback widget of @sentry/browser, and a screenshot as the widget attaches one. */
import * as Sentry from '@sentry/browser';

const { searchParams } = new URL(location.href);
Sentry.init({
  dsn: searchParams.get('dsn'),
  environment: 'production',
  release: 'shop-web@2.0.1',
  integrations: [Sentry.feedbackIntegration({ colorScheme: 'light', enableScreenshot: false })],
});

/** 8 by 8 pixels of one colour. */
async function picture() {
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const context = canvas.getContext('2d');
  context.fillStyle = 'rebeccapurple';
  context.fillRect(0, 0, 8, 8);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  return new Uint8Array(await blob.arrayBuffer());
}

const encoder = new TextEncoder();
window.withScreenshot = async () => {
  const attachments = [
    { filename: 'screenshot.png', data: await picture(), contentType: 'image/png' },
    {
      filename: 'evil.svg',
      data: encoder.encode('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'),
      contentType: 'image/svg+xml',
    },
    { filename: 'evil.png', data: encoder.encode('<script>alert(1)</script>'), contentType: 'image/png' },
    { filename: 'state.json', data: encoder.encode('{"cart":{"items":3}}'), contentType: 'application/json' },
  ];
  Sentry.captureFeedback(
    {
      name: '<img src=x onerror=alert(1)>',
      message: 'Look at this',
      url: 'javascript:alert(1)',
      source: 'widget',
    },
    { attachments },
  );
  await Sentry.flush(3_000);
};
window.withAnError = async () => {
  const associatedEventId = Sentry.captureException(new Error('The cart is empty'));
  Sentry.captureFeedback({
    name: 'Ben',
    email: 'ben@example.com',
    message: 'My cart is gone',
    associatedEventId,
  });
  await Sentry.flush(3_000);
};
window.sent = () => Sentry.flush(3_000);
