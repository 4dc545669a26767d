/** The beginning of the page: the query cache, the router, and the root they are drawn into. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, isPassing } from '#web/client.ts';
import { PREFIX, placeUnder } from '#web/prefix.ts';
import { createAppRouter } from '#web/routes.tsx';
import { sessionQuery } from '#web/session.ts';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { printSearch } from '#web/ui/search-string.ts';
import { toast } from '#web/ui/toast.tsx';
import './styles.css';

/** How often an answer that may pass is asked for again before the page says so. */
const RETRIES_MAX = 3;

/**
 * Whoever is signed out, on any page, is sent to sign in and back again. Who may no longer do what the page still
 * offered has a new role: the session is asked for again.
 */
function onError(error: unknown) {
  if (!(error instanceof ApiError)) return;
  if (error.code === 'not_signed_in') goToSignIn();
  if (error.code === 'not_allowed') queryClient.invalidateQueries(sessionQuery);
}

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      onError(error);
      // Forms show the sentence where the mistake is; everything else says it in a message.
      if (!mutation.meta?.shownInForm) toast({ message: sentenceOf(error), tone: 'danger' });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 20_000,
      retry: (failures, error) => failures < RETRIES_MAX && isPassing(error),
    },
  },
});
const router = createAppRouter(queryClient);

let isLeaving = false;

/**
 * By loading the page anew: a page has several questions, each hears of it in its own time, and a second way there inside
 * the page would draw the form anew under the hands of who fills it in.
 */
function goToSignIn() {
  const { pathname, href } = router.state.location;
  if (isLeaving || ['/sign-in', '/setup', '/invite'].includes(pathname)) return;
  isLeaving = true;
  window.location.replace(`${PREFIX}/sign-in${printSearch({ from: href })}`);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
const place = placeUnder(PREFIX, window.location);
if (place) window.location.replace(place);
else
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
