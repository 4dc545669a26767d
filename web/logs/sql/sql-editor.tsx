/** The place where one writes a query. The editor is fetched when it is first needed; until then the text stands there. */
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { SqlSchema } from '#contract/sql.ts';
import type { Editor } from './editor-view.ts';

export interface SqlEditorHandle {
  goTo(at: number): void;
}

interface SqlEditorProps {
  ref: Ref<SqlEditorHandle>;
  text: string;
  schema: SqlSchema | undefined;
  problem: { from: number; to: number } | null;
  describedBy: string;
  onChange: (text: string) => void;
  onRun: (text: string) => void;
}

export function SqlEditor({ ref, text, schema, problem, describedBy, onChange, onRun }: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const latest = useRef({ text, onChange, onRun });
  useEffect(() => {
    latest.current = { text, onChange, onRun };
  });
  useEffect(() => {
    let opened: Editor | null = null;
    let gone = false;
    void import('./editor-view.ts').then(({ openEditor }) => {
      if (gone || !host.current) return;
      opened = openEditor({
        host: host.current,
        text: latest.current.text,
        label: 'SQL query',
        describedBy,
        onChange: (next) => latest.current.onChange(next),
        onRun: (next) => latest.current.onRun(next),
      });
      setEditor(opened);
    });
    return () => {
      gone = true;
      opened?.close();
      setEditor(null);
    };
  }, [describedBy]);
  useEffect(() => {
    if (editor && editor.text() !== text) editor.setText(text);
  }, [editor, text]);
  useEffect(() => {
    if (editor && schema) editor.setSchema(schema);
  }, [editor, schema]);
  useEffect(() => {
    editor?.mark(problem);
  }, [editor, problem]);
  useImperativeHandle(ref, () => ({ goTo: (at: number) => editor?.goTo(at) }), [editor]);
  return (
    <div className="min-h-36 overflow-clip rounded-md border border-control-line bg-surface focus-within:outline-2 focus-within:outline-accent">
      {!editor && <pre className="min-h-36 p-2 font-mono text-xs whitespace-pre-wrap">{text}</pre>}
      <div ref={host} data-typing data-ready={editor !== null || undefined} />
    </div>
  );
}
