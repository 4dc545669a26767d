/**
 * The crash-report dialog that `Sentry.showReportDialog()` loads from `/api/embed/error-page/`. The script is the
 * same for everyone: it takes its words and ids from the query of its own address, in the browser, so nothing a
 * stranger sends is ever written into a script by us. Query: dsn, eventId, name, email, and the SDK's labels
 * (title, subtitle, subtitle2, labelName, labelEmail, labelComments, labelClose, labelSubmit, errorGeneric,
 * errorFormEntry, successMessage). When it closes it posts the message the SDK's `onClose` waits for.
 */
export const REPORT_DIALOG_SCRIPT = `(() => {
  'use strict';
  const address = new URL(document.currentScript.src);
  const said = (name, otherwise) => address.searchParams.get(name) || otherwise;
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const field = (tag, name, label, value, properties) => {
    const input = make(tag, { name, value, required: true, maxLength: 4000, ...properties });
    input.style.cssText = 'display:block;width:100%;box-sizing:border-box;margin-top:4px;padding:8px;font:inherit;color:inherit;background:transparent;border:1px solid #8888;border-radius:4px';
    const line = make('label', {}, label, input);
    line.style.cssText = 'display:block;margin:0 0 12px';
    return line;
  };
  const button = (type, text, colours) => {
    const made = make('button', { type, textContent: text });
    made.style.cssText = 'padding:8px 16px;font:inherit;border:1px solid #8888;border-radius:4px;cursor:pointer;' + colours;
    return made;
  };

  const status = make('p', { role: 'status' });
  const form = make('form', {},
    field('input', 'name', said('labelName', 'Name'), said('name', ''), { autocomplete: 'name' }),
    field('input', 'email', said('labelEmail', 'Email'), said('email', ''), { type: 'email', autocomplete: 'email' }),
    field('textarea', 'comments', said('labelComments', 'What happened?'), '', { rows: 5 }));
  const submit = button('submit', said('labelSubmit', 'Send report'), 'color:#fff;background:#36c');
  const close = button('button', said('labelClose', 'Close'), 'color:inherit;background:transparent;margin-left:8px');
  form.append(status, submit, close);

  const title = make('h2', { id: 'tandem-report-title', textContent: said('title', 'Something went wrong.') });
  title.style.cssText = 'margin:0 0 4px;font-size:20px';
  const subtitle = make('p', { textContent: [said('subtitle', 'The people who run this site have been told.'), said('subtitle2', 'Your own words help them to mend it.')].join(' ') });
  const dialog = make('dialog', {}, title, subtitle, form);
  dialog.setAttribute('aria-labelledby', title.id);
  dialog.className = 'tandem-report-dialog';
  dialog.style.cssText = 'width:min(480px,90vw);box-sizing:border-box;padding:24px;border:1px solid #8888;border-radius:8px;font:15px/1.5 system-ui,sans-serif;color:CanvasText;background:Canvas;color-scheme:light dark';

  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    window.postMessage('__sentry_reportdialog_closed__', '*');
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    status.textContent = '';
    try {
      const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
      if (answer.ok) {
        form.replaceChildren(status, close);
        status.textContent = said('successMessage', 'Thank you. Your report has been sent.');
        return;
      }
      status.textContent = answer.status === 400
        ? said('errorFormEntry', 'Please fill in your name, your e-mail address and what happened.')
        : said('errorGeneric', 'Your report could not be sent. Please try again.');
    } catch {
      status.textContent = said('errorGeneric', 'Your report could not be sent. Please try again.');
    }
    submit.disabled = false;
  });
  document.body.append(dialog);
  dialog.showModal();
})();
`;
