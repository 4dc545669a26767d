/** Templates as Loki's documentation shows them, and what becomes of wrong ones. */
import { describe, expect, it } from 'vitest';
import { compileTemplate } from './run-template.ts';

const run = (text: string, labels: Record<string, string> = {}) =>
  compileTemplate(text)({
    labels,
    line: 'the line',
    timestamp: 1_778_414_400_123_456_789n,
    now: 1_778_414_400_000_000_000n,
  });

describe('a template', () => {
  it.each<[string, string]>([
    ['plain', 'plain'],
    ['{{.a}}-{{ .missing }}-', 'x y--'],
    ['a {{- /* comment */ -}} b', 'ab'],
    ['1 {{- .n }} 2', '112 2'],
    ['{{ if .a }}yes{{ else }}no{{ end }}', 'yes'],
    ['{{ if eq .a "q" }}1{{ else if hasPrefix "x" .a }}2{{ else }}3{{ end }}', '2'],
    ['{{ with .missing }}{{ . }}{{ else }}none{{ end }}', 'none'],
    ['{{ $v := .a | upper }}{{ $v }}/{{ $.n }}', 'X Y/12'],
    ['{{ range $i, $e := fromJson .list }}{{ $i }}={{ $e.id }};{{ end }}', '0=1;1=2;'],
    ['{{ range fromJson .list }}{{ if eq .id 2.0 }}{{ break }}{{ end }}{{ .id }}{{ end }}', '1'],
    ['{{ and .a .n }} {{ or .missing "b" }} {{ not .a }}', '12 b false'],
    ['{{ printf "%5.2f|%-6s|%03d|%q|%v|%%" 3.14159 .a (int .n) .a true }}', ' 3.14|x y   |012|"x y"|true|%'],
    ['{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 3 }}', '6 3 6 3 1'],
    [
      '{{ divf 7 2 }} {{ addf 1.5 2 }} {{ round 3.14159 2 }} {{ ceil 1.2 }} {{ floor 1.8 }}',
      '3.5 3.5 3.14 2 1',
    ],
    ['{{ max 1 3 2 }} {{ minf 1.5 2 }} {{ int "7.9" }} {{ float64 "1.5" }}', '3 1.5 0 1.5'],
    ['{{ trunc 2 "hello" }} {{ trunc -2 "hello" }} {{ substr 1 3 "hello" }}', 'he lo el'],
    ['{{ replace "l" "L" "hello" }} {{ Replace "hello" "l" "L" 1 }}', 'heLLo heLlo'],
    [
      '{{ trim "  a " }}|{{ trimAll "$" "$5$" }}|{{ TrimLeft "xxa" "x" }}|{{ trimSuffix "-" "a-" }}',
      'a|5|a|a',
    ],
    ['{{ title "hello world" }} {{ repeat 2 "ab" }} {{ indent 2 "a\\nb" }}', 'Hello World abab   a\n  b'],
    [
      '{{ alignLeft 3 "a" }}|{{ alignRight 3 "a" }}|{{ alignLeft 2 "abc" }}|{{ alignRight 2 "abc" }}',
      'a  |  a|ab|bc',
    ],
    [
      '{{ regexReplaceAll "(a+)(b)" "aab" "$2$1" }} {{ regexReplaceAllLiteral "a" "aab" "$1" }} {{ count "l" "hello" }}',
      'baa $1$1b 2',
    ],
    [
      '{{ contains "ell" "hello" }} {{ default "d" .missing }} {{ len .a }} {{ index (fromJson "[1,2]") 1 }}',
      'true d 3 2',
    ],
    [
      '{{ b64enc "hi" }} {{ b64dec "aGk=" }} {{ urlencode "a b&c" }} {{ urldecode "a%20b" }}',
      'aGk= hi a+b%26c a b',
    ],
    ['{{ bytes "2KB" }} {{ duration "1m30s" }} {{ duration_seconds "250ms" }}', '2000 90 0.25'],
    [
      '{{ __line__ | upper }} {{ __timestamp__ | unixEpoch }} {{ __timestamp__ | unixEpochNanos }}',
      'THE LINE 1778414400 1778414400123456789',
    ],
    ['{{ __timestamp__ | date "Mon, 02 Jan 2006 15:04:05.000 MST" }}', 'Sun, 10 May 2026 12:00:00.123 UTC'],
    [
      '{{ toDate "2006-01-02" "2021-11-02" | unixEpoch }} {{ toDateInZone "2006-01-02 15:04" "Europe/Berlin" "2021-07-02 12:00" | date "15:04 -07:00" }}',
      '1635811200 12:00 +02:00',
    ],
    ['{{ unixToTime "1635811200" | date "3:04 PM" }} {{ now | unixEpochMillis }}', '12:00 AM 1778414400000'],
    ['{{ .a | replace " " "_" | upper | printf "%s!" }}', 'X_Y!'],
    ['{{ ge 2 1 }} {{ lt "a" "b" }} {{ eq .a "p" "x y" }} {{ ne .a "p" }}', 'true true true true'],
    ['{{ slice "hello" 1 3 }} {{ print "a" 1 2 "b" }} {{ html "<a>" }}', 'el a1 2b &lt;a&gt;'],
  ])('%s', (text, expected) => {
    expect(run(text, { a: 'x y', n: '12', list: '[{"id":1},{"id":2}]' })).toBe(expected);
  });

  it.each<[string, RegExp]>([
    ['{{ .a', /unclosed action/],
    ['{{ end }}', /unexpected/],
    ['{{ if .a }}', /expecting \{\{end\}\}/],
    ['{{ nope }}', /function "nope" not defined/],
    ['{{ constructor }}', /not defined/],
    ['{{ .a | .b }}', /only a function/],
    ['{{ define "x" }}{{ end }}', /not supported/],
    ['{{ (.a }}', /unclosed left paren/],
  ])('%s is refused', (text, message) => expect(() => compileTemplate(text)).toThrow(message));

  it.each<[string, RegExp]>([
    ['{{ div 1 0 }}', /division by zero/],
    ['{{ repeat 100000000 "x" }}', /cannot repeat/],
    [
      '{{ range $i, $e := fromJson .list }}{{ range fromJson $.list }}{{ range fromJson $.list }}x{{ end }}{{ end }}{{ end }}',
      /more than/,
    ],
    ['{{ fromJson "{" }}', /invalid JSON/],
    ['{{ $x }}', /undefined variable/],
    ['{{ substr 1 }}', /wrong number of arguments/],
    ['{{ regexReplaceAll "(" "a" "b" }}', /missing/],
  ])('%s fails when it runs', (text, message) => {
    const list = JSON.stringify(new Array(200).fill(0));
    expect(() => run(text, { list })).toThrow(message);
  });
});
