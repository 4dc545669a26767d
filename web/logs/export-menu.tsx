/** The lines of the search and period as a file; the browser shows how far the download is. */
import { Download } from 'lucide-react';
import { exportAddress, type LogQuestion } from '#web/client.ts';
import { IconButton } from '#web/ui/button.tsx';
import { Menu, MenuItem, MenuNote } from '#web/ui/menu.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';

/** The contract's number; importing it would bring its schemas into the page. */
const EXPORT_LINES_MAX = 1_000_000;

const FORMATS = [
  { format: 'csv', words: 'CSV', for: 'spreadsheets' },
  { format: 'jsonl', words: 'JSON lines', for: 'programs' },
  { format: 'parquet', words: 'Parquet', for: 'DuckDB, pandas …' },
] as const;

export function ExportMenu({ question, total }: { question: LogQuestion; total: number | undefined }) {
  const tooMany = total !== undefined && total > EXPORT_LINES_MAX;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label="Export" look="secondary" className="size-8!">
          <Download aria-hidden />
        </IconButton>
      }
    >
      <MenuNote>
        {tooMany
          ? `An export holds at most ${fullNumber(EXPORT_LINES_MAX)} lines. Choose a shorter period or narrow the search.`
          : `${total === undefined ? 'All lines' : counted(total, 'line')} of this search and period, the oldest first.`}
      </MenuNote>
      {!tooMany &&
        FORMATS.map(({ format, words, for: use }) => (
          <MenuItem key={format} onSelect={() => download(exportAddress(question, format))}>
            {words}
            <span className="ml-auto text-xs text-ink-faint">{use}</span>
          </MenuItem>
        ))}
    </Menu>
  );
}

/** The name of the file is the server's. */
function download(address: string) {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
