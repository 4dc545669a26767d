/** Behind a one-time link: choose a name and a password, or a new password, and be in. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api } from '#web/client.ts';
import { Button } from '#web/ui/button.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { NewPassword } from '#web/ui/new-password.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { FrontPage } from './front-page.tsx';
import { useEnter } from './use-enter.ts';

const route = getRouteApi('/invite');

export function InviteScreen() {
  const { token = '' } = route.useSearch();
  const state = useQuery({ queryKey: ['invite', token], queryFn: () => api.inviteState(token) });
  const enter = useEnter(api.acceptInvite, '/');

  if (state.error)
    return <ErrorState error={state.error} retry={state.refetch} what="The link cannot be opened" />;
  if (!state.data)
    return (
      <FrontPage title="One moment…">
        <SkeletonLines lines={5} />
      </FrontPage>
    );
  if (!state.data.tokenValid)
    return (
      <FrontPage
        title="This link is not valid any more"
        lead="It was used already, or it is too old. Ask the person who sent it for a new one."
      >
        <Button onClick={() => state.refetch()}>Try again</Button>
      </FrontPage>
    );
  const { purpose, name, email, role, organization } = state.data;
  const joining = purpose === 'join';
  return (
    <FrontPage
      title={joining ? `Join ${organization}` : 'Choose a new password'}
      lead={joining ? `As ${role}, with the address ${email}.` : `For ${email}.`}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          enter.mutate({
            token,
            name: joining ? textOf(form, 'name').trim() : name,
            password: textOf(form, 'password'),
          });
        }}
      >
        {/* Password managers want to know whose password this is. */}
        <input type="hidden" name="email" autoComplete="username" value={email} />
        {joining && (
          <Field label="Your name" name="name" autoComplete="name" required maxLength={200} autoFocus />
        )}
        <NewPassword />
        <FormProblem error={enter.error} />
        <Button look="primary" type="submit" disabled={enter.isPending} className="h-9">
          {enter.isPending ? 'One moment…' : joining ? 'Join' : 'Save and sign in'}
        </Button>
      </form>
    </FrontPage>
  );
}
