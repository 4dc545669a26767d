/** Sign in with e-mail and password. */
import { getRouteApi } from '@tanstack/react-router';
import { api } from '#web/client.ts';
import { Button } from '#web/ui/button.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { FrontPage } from './front-page.tsx';
import { useEnter } from './use-enter.ts';

const route = getRouteApi('/sign-in');

export function SignInScreen() {
  const { from } = route.useSearch();
  const enter = useEnter(api.signIn, from);
  return (
    <FrontPage title="Sign in">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          enter.mutate({ email: textOf(form, 'email'), password: textOf(form, 'password') });
        }}
      >
        <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <FormProblem error={enter.error} />
        <Button look="primary" type="submit" disabled={enter.isPending} className="h-9">
          {enter.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      <p className="text-xs text-ink-faint">
        First start? Open the set-up link that the program printed. Forgotten the password? Whoever runs the
        program makes a link to a new one with <code className="font-mono">tandem user reset-password</code>.
      </p>
    </FrontPage>
  );
}
