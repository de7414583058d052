// A service that has a film made around a photo, with Temporal's own client: node film.mjs PHOTO "PROMPT".
// It needs Node 20.3 or later and @temporalio/client; TEMPORAL_ADDRESS says where Temporal is. Ctrl-C stops the film.

import { Client, Connection, WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TYPES = { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.webp': 'image/webp' };
const [photo, prompt] = process.argv.slice(2);
if (prompt === undefined) {
  console.error('Usage: node film.mjs PHOTO "PROMPT"');
  process.exit(2);
}
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
const client = new Client({ connection, namespace: process.env.TEMPORAL_NAMESPACE ?? 'default' });

// Who starts what runs already attaches to it.
const asked = (workflowId, request) => ({
  workflowId, taskQueue: 'reel', args: [request], workflowIdConflictPolicy: 'USE_EXISTING',
});

/** Hands a photo in. Returns what requests call it, which is the same for the same photo. */
async function upload(path) {
  const body = await readFile(path);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const file = { bytes: body.length, content_type: TYPES[extname(path).toLowerCase()], sha256 };
  const run = await client.workflow.start('UploadWorkflow', asked(`upload-${randomUUID()}`, file));
  const { url, headers } = await run.query('link');
  const answer = await fetch(url, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(`The store answered ${answer.status}.`);
  await run.signal('sent');
  return (await run.result()).source;
}

/** Follows a run to its result, and goes on after a review. */
async function followed(run) {
  let ended = false, said = '';
  const result = run.result().finally(() => { ended = true; });
  result.catch(() => {}); // Whoever awaits it is told.
  while (!ended) {
    const progress = await run.query('progress');
    const stands = `${progress.status} ${Math.round(100 * progress.done)}%`;
    if (stands !== said) console.log(said = stands);
    for (const wait of progress.waits) {
      if (wait.reason === 'review') console.log(await run.executeUpdate('approve', { args: [{}] }));
    }
    await sleep(500);
  }
  return result;
}

/** Decides about a film that has ended: another run begins, of what changes. */
async function decided(id, request, update, value) {
  const startWorkflowOperation = new WithStartWorkflowOperation('VideoWorkflow', asked(id, request));
  console.log(await client.workflow.executeUpdateWithStart(update, { args: [value], startWorkflowOperation }));
  return followed(await startWorkflowOperation.workflowHandle());
}

async function filmed(photo, prompt) {
  const product = await upload(photo);
  const request = { prompt, product, profile: 'draft', size: '360p', fps: 8, review: 'storyboard', budget_usd: '2.50' };
  const id = `film-${createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12)}`;
  const film = await client.workflow.start('VideoWorkflow', asked(id, request));
  process.once('SIGINT', () => film.signal('stop'));
  console.log(`${id} begun`);
  const first = await followed(film);
  console.log(first.status, first.video);
  if (first.status !== 'completed') return;

  const shot = (await film.query('progress')).beats[0].id;
  const other = await decided(id, request, 'retake', { shot, words: 'closer, in the evening' });
  console.log('another take:', other.video);
  const back = await decided(id, request, 'use', { shot, version: 'draft-1' });
  console.log('the first again:', back.video);
}

try {
  await filmed(photo, prompt);
} catch (error) {
  // The cause has the studio's own words; those of InvalidRequest name every wrong field.
  if (!(error instanceof WorkflowFailedError)) throw error;
  console.log(error.cause.type, JSON.stringify(error.cause.details ?? error.cause.message));
  process.exitCode = 1;
} finally {
  await connection.close();
}
