/**
 * Debian's Chromium, and the program's pages in it as a person sees them. Every page is watched for what must never
 * happen on one: words in the console, something the content security policy stopped, a request to anywhere else, a
 * missing file, a script of a sender that ran. `leave()` ends the pages of a test and says what they were caught at.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { EMAIL, PASSWORD, type Program } from './program.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a page may take to show what a test looks for, ms. */
const SHOWN_MS_MAX = 15_000;

/** Where photographs go: looked at by people, ignored by git. */
const PICTURES = join(import.meta.dirname, '../../.cache/screens');

export const WIDE = { width: 1440, height: 900, colorScheme: 'light' } as const;

export interface Look {
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
}

/** A person of the installation, or nobody yet. */
export type Who = { email: string; password: string } | 'nobody';
export const ADMINISTRATOR = { email: EMAIL, password: PASSWORD };

export interface Screens {
  browser: Browser;
  /** Opens an address in a window with cookies of its own; signed in as the administrator unless told otherwise. */
  visit(path: string, options?: { who?: Who; look?: Look }): Promise<Page>;
  /** Closes what the test opened; throws when a page did what it must not. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS }).catch((cause) => {
    throw new Error(`Chromium is needed at ${CHROMIUM} (or CHROMIUM=…) to look at pages`, { cause });
  });
}

export async function openScreens(program: Program): Promise<Screens> {
  const browser = await launchBrowser();
  const contexts = new Set<BrowserContext>();
  /** Signing in costs a password hash on purpose: once for each person. */
  const sessions = new Map<string, Awaited<ReturnType<BrowserContext['storageState']>>>();
  let complaints: string[] = [];

  async function visit(path: string, { who = ADMINISTRATOR, look = WIDE }: { who?: Who; look?: Look } = {}) {
    const { width, height, colorScheme } = look;
    const isPhone = width < 500;
    const known = who === 'nobody' ? undefined : sessions.get(who.email);
    const context = await browser.newContext({
      baseURL: program.url,
      viewport: { width, height },
      colorScheme,
      hasTouch: isPhone,
      isMobile: isPhone,
      reducedMotion: 'reduce',
      ...(known ? { storageState: known } : {}),
    });
    contexts.add(context);
    context.setDefaultTimeout(SHOWN_MS_MAX);
    const page = await context.newPage();
    watch(page, program.url, (complaint) => complaints.push(complaint));
    await page.goto(path);
    if (who !== 'nobody' && !known) {
      await signIn(page, who);
      sessions.set(who.email, await context.storageState());
    }
    return page;
  }

  return {
    browser,
    visit,
    async leave() {
      await Promise.all([...contexts].map((context) => context.close()));
      contexts.clear();
      const found = complaints;
      complaints = [];
      if (found.length > 0) throw new Error(`the pages did what they must not:\n${found.join('\n')}`);
    },
    close: () => browser.close(),
  };
}

export async function signIn(page: Page, { email, password }: Exclude<Who, 'nobody'>): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
}

function watch(page: Page, origin: string, complain: (complaint: string) => void) {
  const here = () => page.url().replace(origin, '');
  page.on('console', (message) => {
    // A refusal of the API is the page's to show; the browser's own line about it is looked at below.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isAnswer)
      complain(`${here()}: console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`${here()}: ${error.message}`));
  page.on('dialog', (dialog) => {
    complain(`${here()}: a script of a sender ran: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:'))
      complain(`${here()}: a request to ${request.url()}`);
  });
  page.on('response', (response) => {
    const isRefusal = response.status() < 500 && response.url().startsWith(`${origin}/api/v1/`);
    if (response.status() >= 400 && !isRefusal) complain(`${response.url()}: ${response.status()}`);
  });
}

/** Keeps a photograph of the page for the eyes of people. */
export async function photograph(page: Page, name: string, options: { whole?: boolean } = {}): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: options.whole ?? false });
}
