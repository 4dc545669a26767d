/** Takes the picture of README.md: an issue of the e2e tests' story in the running program. `node tools/readme-image.ts` */
import { ADMINISTRATOR, launchBrowser, signIn, WIDE } from '#e2e/support/browser.ts';
import { eventually, startProgram } from '#e2e/support/program.ts';
import { tellMorning } from '#e2e/support/story.ts';

const program = await startProgram();
const browser = await launchBrowser();
try {
  await tellMorning(program, browser);
  const list = await eventually(
    () => program.get<{ items: { id: string; title: string }[] }>('/api/v1/issues?query=PaymentError'),
    (issues) => issues.items.length > 0,
  );
  const page = await browser.newPage({
    viewport: { width: WIDE.width, height: 1000 },
    colorScheme: 'light',
    baseURL: program.url,
  });
  await page.goto(program.url);
  await signIn(page, ADMINISTRATOR);
  await page.goto(`${program.url}/issues/${list.items[0]!.id}`);
  await page.getByText('Breadcrumbs').first().waitFor();
  await page.screenshot({ path: 'docs/images/issue.png' });
} finally {
  await browser.close();
  await program.discard();
}
