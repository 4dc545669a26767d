/**
 * Runs a template over the labels of a line. What it makes is bounded; what goes wrong is a TemplateError, which
 * becomes the line's `__error__`.
 */

import { FUNCTIONS, type TemplateContext } from './functions.ts';
import { type Expression, type Node, type Pipeline, parseTemplate } from './parse-template.ts';
import { isTrue, printValue, TEMPLATE_CHARS_MAX, TemplateError, type Value } from './values.ts';

export type { TemplateContext } from './functions.ts';
export type Template = (context: TemplateContext) => string;

/** Steps of one run, so that no range over ranges takes long. */
const STEPS_MAX = 100_000;

/** Throws the refusal of the query when the text is no template. */
export function compileTemplate(text: string): Template {
  const nodes = parseTemplate(text, (name) => Object.hasOwn(FUNCTIONS, name));
  return (context) => new Run(context).text(nodes);
}

class Run {
  readonly #context: TemplateContext;
  #output = '';
  #steps = 0;
  #variables: { name: string; value: Value }[] = [];
  #jump: 'break' | 'continue' | undefined;

  constructor(context: TemplateContext) {
    this.#context = context;
  }

  text(nodes: readonly Node[]): string {
    this.#nodes(nodes, this.#context.labels);
    return this.#output;
  }

  #nodes(nodes: readonly Node[], dot: Value): void {
    for (const node of nodes) {
      if (this.#jump) return;
      if (++this.#steps > STEPS_MAX) throw new TemplateError(`more than ${STEPS_MAX} steps`);
      switch (node.is) {
        case 'text':
          this.#write(node.text);
          break;
        case 'output': {
          const value = this.#pipeline(node.pipeline, dot);
          if (!node.pipeline.assign) this.#write(printValue(value));
          break;
        }
        case 'break':
        case 'continue':
          this.#jump = node.is;
          break;
        default:
          this.#block(node, dot);
      }
    }
  }

  #block(node: Extract<Node, { is: 'if' | 'with' | 'range' }>, dot: Value): void {
    const scope = this.#variables.length;
    if (node.is === 'range') this.#range(node, dot);
    else {
      const value = this.#pipeline(node.pipeline, dot);
      this.#nodes(
        isTrue(value) ? node.then : node.otherwise,
        node.is === 'with' && isTrue(value) ? value : dot,
      );
    }
    this.#variables.length = scope;
  }

  #range(
    {
      pipeline,
      then,
      otherwise,
    }: Extract<Node, { is: 'range' }> | Extract<Node, { is: 'if' | 'with' | 'range' }>,
    dot: Value,
  ): void {
    const of = this.#pipeline({ commands: pipeline.commands }, dot);
    const entries: [Value, Value][] = Array.isArray(of)
      ? of.map((value, index) => [index, value])
      : typeof of === 'object' && of !== null
        ? Object.keys(of)
            .sort()
            .map((key) => [key, (of as Record<string, Value>)[key]!])
        : typeof of === 'number'
          ? Array.from({ length: Math.max(0, Math.min(of, STEPS_MAX)) }, (_, index) => [index, index])
          : of === undefined || of === null
            ? []
            : this.#fail(`range can't iterate over ${printValue(of)}`);
    if (entries.length === 0) this.#nodes(otherwise, dot);
    const names = pipeline.assign?.names ?? [];
    for (const [key, value] of entries) {
      const scope = this.#variables.length;
      if (names.length === 1) this.#variables.push({ name: names[0]!, value });
      if (names.length === 2)
        this.#variables.push({ name: names[0]!, value: key }, { name: names[1]!, value });
      this.#nodes(then, value);
      this.#variables.length = scope;
      const jump = this.#jump;
      this.#jump = undefined;
      if (jump === 'break') break;
    }
  }

  #pipeline({ assign, commands }: Pipeline, dot: Value): Value {
    let value: Value;
    commands.forEach((command, at) => {
      value = at === 0 ? this.#value(command, dot) : this.#call(command, dot, [value]);
    });
    if (assign) {
      const known = this.#variables.findLast(({ name }) => name === assign.names[0]);
      if (assign.declares) this.#variables.push({ name: assign.names[0]!, value });
      else if (known) known.value = value;
      else this.#fail(`undefined variable "${assign.names[0]}"`);
    }
    return value;
  }

  #value(expression: Expression, dot: Value): Value {
    switch (expression.is) {
      case 'literal':
        return expression.value;
      case 'field':
        return this.#fields(dot, expression.names);
      case 'variable': {
        if (expression.name === '$') return this.#fields(this.#context.labels, expression.names);
        const found = this.#variables.findLast(({ name }) => name === expression.name);
        if (!found) this.#fail(`undefined variable "${expression.name}"`);
        return this.#fields(found!.value, expression.names);
      }
      case 'pipeline':
        return this.#fields(this.#pipeline(expression.of, dot), expression.names);
      case 'call':
        return this.#call(expression, dot, []);
    }
  }

  #call(expression: Expression, dot: Value, piped: Value[]): Value {
    if (expression.is !== 'call') return this.#fail('only a function can stand after "|"');
    if (++this.#steps > STEPS_MAX) throw new TemplateError(`more than ${STEPS_MAX} steps`);
    // These look at no more than they need.
    if (expression.name === 'and' || expression.name === 'or') {
      let value: Value;
      for (const arg of expression.args) {
        value = this.#value(arg, dot);
        if (isTrue(value) === (expression.name === 'or')) return value;
      }
      return piped.length > 0 ? piped[0] : value;
    }
    const args = expression.args.map((arg) => this.#value(arg, dot));
    return FUNCTIONS[expression.name]!([...args, ...piped], this.#context);
  }

  /** A label that is not there is an empty text. */
  #fields(of: Value, names: readonly string[]): Value {
    let value = of;
    for (const name of names) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return value === undefined || value === null || value === ''
          ? undefined
          : this.#fail(`can't evaluate field ${name}`);
      const isLabels = value === this.#context.labels;
      value = (value as Record<string, Value>)[name] ?? (isLabels ? '' : undefined);
    }
    return value;
  }

  #write(text: string): void {
    if (this.#output.length + text.length > TEMPLATE_CHARS_MAX)
      throw new TemplateError(`more than ${TEMPLATE_CHARS_MAX} characters`);
    this.#output += text;
  }

  #fail(what: string): never {
    throw new TemplateError(what);
  }
}
