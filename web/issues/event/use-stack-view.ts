/** How one likes to read stacks: kept in the browser, the same on every event, changed by button or key. */
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { useStored } from '#web/ui/use-stored.ts';

export type StackPreferences = ReturnType<typeof useStackView>;

export function useStackView() {
  const [frames, setFrames] = useStored('stack.frames', ['app', 'all']);
  const [order, setOrder] = useStored('stack.order', ['newest', 'oldest']);
  const [form, setForm] = useStored('stack.form', ['frames', 'text']);
  const [code, setCode] = useStored('stack.code', ['original', 'generated']);
  useShortcuts({
    s: () => setFrames(frames === 'app' ? 'all' : 'app'),
    o: () => setOrder(order === 'newest' ? 'oldest' : 'newest'),
    m: () => setCode(code === 'original' ? 'generated' : 'original'),
    r: () => setForm(form === 'frames' ? 'text' : 'frames'),
  });
  return { frames, setFrames, order, setOrder, form, setForm, code, setCode };
}
