// A page of the shop with the real @sentry/browser, as a person builds it: release and dist come with the build.
import * as Sentry from '@sentry/browser';
import { checkOut } from './cart.js';

const query = new URLSearchParams(location.search);

Sentry.init({
  dsn: query.get('dsn'),
  release: query.get('release') ?? undefined,
  dist: query.get('dist') ?? undefined,
});

document.querySelector('button').addEventListener('click', () => {
  checkOut({ id: query.get('cart'), items: [{ price: 70 }, { price: 50 }] });
});

window.finished = () => Sentry.flush(2000);
