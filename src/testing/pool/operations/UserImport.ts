/** Import of users from CSV files, which are uploaded to the address of the job. */
import * as operations from "../../../operations/UserImport.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { headerOf, imported } from "../Import.ts"
import { page } from "../Page.ts"
import { alphanumeric, randomText } from "../Random.ts"
import { refuse } from "../Refusal.ts"
import { type ImportJob, type Pool, poolOf, withPool } from "../State.ts"

const jobOf = (pool: Pool, id: string): ImportJob =>
  pool.importJobs.get(id) ?? refuse("ResourceNotFoundException", `User import job ${id} does not exist.`)

export const createUserImportJob: Handler = transition(
  operations.createUserImportJob,
  (state, input, { endpoint, now, random }) => {
    const pool = poolOf(state, input.UserPoolId)
    const JobId = `import-${randomText(alphanumeric, 10, random)}`
    const job = {
      ...input,
      JobId,
      PreSignedUrl: `${endpoint}/${pool.id}/import/${JobId}`,
      CreationDate: new Date(now),
      Status: "Created",
      ImportedUsers: 0,
      SkippedUsers: 0,
      FailedUsers: 0
    }
    return [
      { UserImportJob: job },
      withPool(state, { ...pool, importJobs: pool.importJobs.set(JobId, { job, file: undefined }) })
    ]
  }
)

export const describeUserImportJob: Handler = query(
  operations.describeUserImportJob,
  (state, { JobId, UserPoolId }) => ({
    UserImportJob: jobOf(poolOf(state, UserPoolId), JobId).job
  })
)

export const listUserImportJobs: Handler = query(operations.listUserImportJobs, (state, input) => {
  const { records, token } = page(poolOf(state, input.UserPoolId).importJobs, {
    list: `import jobs of ${input.UserPoolId}`,
    limit: input.MaxResults,
    token: input.PaginationToken
  })
  return { UserImportJobs: records.map(({ job }) => job), PaginationToken: token }
})

/** The import is over as soon as it has begun; what comes back is how it began. */
export const startUserImportJob: Handler = transition(
  operations.startUserImportJob,
  (state, { JobId, UserPoolId }, moment) => {
    const pool = poolOf(state, UserPoolId)
    const { file, job } = jobOf(pool, JobId)
    if (job.Status !== "Created") refuse("PreconditionNotMetException", `The job is ${job.Status}.`)
    if (file === undefined) refuse("PreconditionNotMetException", "No file was uploaded for the job.")
    const { counts, pool: filled, problem } = imported(pool, file ?? "", moment)
    const started = { ...job, StartDate: new Date(moment.now), Status: "Pending" }
    const ended = {
      ...started,
      ...counts,
      CompletionDate: new Date(moment.now),
      Status: problem === undefined ? "Succeeded" : "Failed",
      CompletionMessage: problem ?? "Import Job Completed Successfully."
    }
    return [
      { UserImportJob: started },
      withPool(state, { ...filled, importJobs: filled.importJobs.set(JobId, { job: ended, file }) })
    ]
  }
)

export const stopUserImportJob: Handler = transition(
  operations.stopUserImportJob,
  (state, { JobId, UserPoolId }, { now }) => {
    const pool = poolOf(state, UserPoolId)
    const { file, job } = jobOf(pool, JobId)
    if (job.Status !== "Pending" && job.Status !== "InProgress" && job.Status !== "Created") {
      refuse("PreconditionNotMetException", `The job is ${job.Status}.`)
    }
    const stopped = {
      ...job,
      CompletionDate: new Date(now),
      Status: "Stopped",
      CompletionMessage: "The Import Job was stopped by the developer."
    }
    return [
      { UserImportJob: stopped },
      withPool(state, { ...pool, importJobs: pool.importJobs.set(JobId, { job: stopped, file }) })
    ]
  }
)

export const getCSVHeader: Handler = query(operations.getCSVHeader, (state, { UserPoolId }) => ({
  UserPoolId,
  CSVHeader: [...headerOf(poolOf(state, UserPoolId))]
}))
