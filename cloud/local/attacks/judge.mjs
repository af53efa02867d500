// Judges each row of `attacks.json` by the policies that `deployed.py` read from the cloud out of the cloud, since the emulator
// enforces none of them. `cargo xtask test` calls node judge.mjs FOLDER, where FOLDER has the evaluator and what was read
// (deployed.json).
//
// The evaluator, @cloud-copilot/iam-simulate, is under the AGPL. It is a tool of the tests: this process alone loads it, from
// the build output, where npm puts it. No other part of Wicket is linked to it, and nothing of it is shipped.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const FEWEST_ROWS = 60

const folder = path.resolve(process.argv[2])
const { runSimulation } = createRequire(path.join(folder, 'package.json'))('@cloud-copilot/iam-simulate')
const { who: people, groups, rows } = JSON.parse(readFileSync(new URL('attacks.json', import.meta.url), 'utf8'))
const deployed = JSON.parse(readFileSync(path.join(folder, 'deployed.json'), 'utf8'))

const list = (one) => (Array.isArray(one) ? one : [one])

/** Whoever asks: policies, name in requests, and house. Somebody the table does not describe is a role by that name. */
function identity(who) {
  const person = people[who] ?? { role: `${who}Role` }
  const role = deployed.roles[person.role]
  if (person.role && !role) throw new Error(`${who}: the stack has no ${person.role}.`)
  const policies = role?.policies ?? person.policies.map((name) => deployed.policies[name])
  if (policies.includes(undefined)) throw new Error(`${who}: the stack lacks one of ${person.policies.join(', ')}.`)
  const session = role ? `sts::${deployed.account}:assumed-role/${role.name}/somebody` : `iam::${deployed.account}:user/somebody`
  return { policies, principal: `arn:aws:${session}`, venue: person.venue }
}

/** Full names of what a row calls `kind:name`; `kind:*` is each of that kind. A name that nothing has is an error. */
function things(name, who) {
  const [kind, rest] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
  if (name === 'bucket') return [deployed.names.bucket]
  // Of actions that know no things: X-Ray's, and the listing of streams.
  if (name === 'everything') return ['*']
  if (kind === 'file') return [`${deployed.names.bucket}/${rest}`]
  // A feed is a part of the table of pages: the same name, and what the request says of its key.
  if (kind === 'feed') return [deployed.names['table:Changes']]
  if (kind === 'door') {
    const [venue, door] = rest.split('/')
    if (!deployed.routes.includes(`POST /venues/{venue}/${door}`)) throw new Error(`${name}: the API has no such door.`)
    return [`${deployed.names.api}/POST/venues/${venue}/${door}`]
  }
  if (kind === 'route') {
    if (!deployed.routes.includes(`POST /${rest}`)) throw new Error(`${name}: the API has no such route.`)
    return [`${deployed.names.api}/POST/${rest}`]
  }
  const found =
    rest === '*'
      ? Object.entries(deployed.names).filter(([key]) => key.startsWith(`${kind}:`)).map(([, full]) => full)
      : list(deployed.names[rest === 'its own' ? `${kind}:${who}` : name] ?? [])
  if (found.length === 0) throw new Error(`${name}: the stack has nothing of that name.`)
  return found
}

/** The policy of the thing itself, if the stack gave it one; a file has its bucket's. */
const ownPolicy = (thing) =>
  deployed.ownPolicies[thing] ?? (thing.startsWith(`${deployed.names.bucket}/`) ? deployed.ownPolicies[deployed.names.bucket] : undefined)

/**
 * Whether the request is allowed. `feed` is the partition of Changes that it asks for, `by` the service that asks the key,
 * `more` what a row says of the request in `with`, as IAM would know it. What the evaluator cannot judge is an error, so that
 * no misspelt attack counts as refused.
 */
async function allowed({ policies, principal, venue }, action, thing, { feed, by, more }) {
  const contextVariables = {
    ...more,
    'aws:SecureTransport': 'true',
    ...(venue && { 'aws:PrincipalTag/venue': venue }),
    ...(feed && { 'dynamodb:LeadingKeys': [feed] }),
    ...(by && { 'kms:ViaService': `${by}.${deployed.region}.amazonaws.com` }),
  }
  const answer = await runSimulation(
    {
      request: { principal, action, resource: { resource: thing, accountId: deployed.account }, contextVariables },
      identityPolicies: policies,
      resourcePolicy: ownPolicy(thing),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  if (answer.resultType !== 'single') throw new Error(`${action} on ${thing}: ${JSON.stringify(answer.errors ?? answer)}`)
  return answer.overallResult === 'Allowed'
}

/** Whether a pattern of a policy covers a name. */
const covers = (pattern, name, flags) =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`, flags).test(name)

const faults = []
const granted = []
let requests = 0
for (const row of rows) {
  for (const who of groups[row.who] ?? list(row.who)) {
    for (const action of list(row.does)) {
      for (const name of list(row.to)) {
        try {
          const asking = identity(who)
          for (const thing of things(name, who)) {
            requests += 1
            const feed = name.startsWith('feed:') ? name.slice('feed:'.length) : undefined
            const may = await allowed(asking, action, thing, { feed, by: row.by, more: row.with })
            if (may && row.allowed) granted.push({ ...asking, action, thing })
            if (may === row.allowed) continue
            faults.push(`${who} ${may ? 'may' : 'may not'} ${action} on ${thing}; the table says otherwise: ${row.why}`)
          }
        } catch (error) {
          faults.push(`${who}, ${action}, ${name}: not judged. ${error.message}`)
        }
      }
    }
  }
}

// The other way round: each permission that a policy gives is one that a row of the table allows.
const all = [...Object.values(deployed.roles).flatMap((role) => role.policies), ...Object.values(deployed.policies)]
for (const policy of new Set(all)) {
  for (const statement of list(policy.policy.Statement).filter((statement) => statement.Effect === 'Allow')) {
    for (const action of list(statement.Action)) {
      // A `NotResource` covers no name of the stack.
      for (const resource of list(statement.Resource ?? [])) {
        const named = granted.some(
          (one) =>
            one.policies.some(({ name }) => name === policy.name) &&
            covers(action, one.action, 'i') &&
            covers(resource.replace('${aws:PrincipalTag/venue}', one.venue), one.thing),
        )
        if (!named) faults.push(`${policy.name} allows ${action} on ${resource}; no row of the table does.`)
      }
    }
  }
}

if (rows.length < FEWEST_ROWS) faults.push(`The table has ${rows.length} rows; ${FEWEST_ROWS} are the fewest.`)
for (const fault of new Set(faults)) console.log(`   ${fault}`)
const attacks = rows.filter((row) => !row.allowed).length
const verdict = faults.length === 0 ? 'all as the table says' : 'not all as the table says'
console.log(
  `   ${rows.length} rows judged (${attacks} to be refused, ${rows.length - attacks} to be allowed), ${requests} requests: ${verdict}.`,
)
process.exitCode = faults.length === 0 ? 0 : 1
