/** The first administrator, behind the one-time link that the first start printed. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api } from '#web/client.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { NewPassword } from '#web/ui/new-password.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { FrontPage } from './front-page.tsx';
import { useEnter } from './use-enter.ts';

const route = getRouteApi('/setup');

export function SetUpScreen() {
  const { token = '' } = route.useSearch();
  const state = useQuery({ queryKey: ['setup', token], queryFn: () => api.setupState(token) });
  const enter = useEnter(api.setUp, '/');

  if (state.error)
    return <ErrorState error={state.error} retry={state.refetch} what="The set-up cannot begin" />;
  if (!state.data)
    return (
      <FrontPage title="Welcome">
        <SkeletonLines lines={6} />
      </FrontPage>
    );
  if (!state.data.needed)
    return (
      <FrontPage title="The set-up is done" lead="This program has its administrator already.">
        <Link to="/sign-in" className={buttonClass('primary', 'medium', 'h-9')}>
          Sign in
        </Link>
      </FrontPage>
    );
  if (!state.data.tokenValid)
    return (
      <FrontPage
        title="This link is not valid any more"
        lead="Restart the program: it prints a new set-up link, and that one works once."
      >
        <Button onClick={() => state.refetch()}>Try again</Button>
      </FrontPage>
    );
  return (
    <FrontPage
      title="Welcome"
      lead="Make the first account. It owns this installation and can invite others."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          enter.mutate({
            token,
            name: textOf(form, 'name').trim(),
            email: textOf(form, 'email').trim(),
            password: textOf(form, 'password'),
          });
        }}
      >
        <Field label="Your name" name="name" autoComplete="name" required maxLength={200} autoFocus />
        <Field
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={320}
          hint="To sign in. Nothing is sent to it."
        />
        <NewPassword />
        <FormProblem error={enter.error} />
        <Button look="primary" type="submit" disabled={enter.isPending} className="h-9">
          {enter.isPending ? 'One moment…' : 'Create the account'}
        </Button>
      </form>
    </FrontPage>
  );
}
