/** Importing users from CSV files, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as UserImport from "../../../src/operations/UserImport.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const job = { ...pool, JobId: "import-aBcDeFgHiJ" }
const CloudWatchLogsRoleArn = "arn:aws:iam::123456789012:role/import"
const url = "https://aws-cognito-idp.s3.amazonaws.com/job?X-Amz-Expires=899&X-Amz-Signature=ab%2Fcd"

const answer = (rest: string) =>
  `{"UserImportJob":{"CloudWatchLogsRoleArn":"${CloudWatchLogsRoleArn}","CreationDate":1.470957142415E9,
  "JobId":"${job.JobId}","JobName":"crm","PreSignedUrl":"${url}","UserPoolId":"${pool.UserPoolId}",${rest}}}`
const common = {
  ...job,
  JobName: "crm",
  CloudWatchLogsRoleArn,
  PreSignedUrl: Redacted.make(url),
  CreationDate: new Date("2016-08-11T23:12:22.415Z")
}

export const scripted: ScriptedScenarios = {
  "a job is made, started, stopped and read": [
    exchange(UserImport.createUserImportJob, {
      input: { ...pool, JobName: "crm", CloudWatchLogsRoleArn, PasswordHashingAlgorithm: "BCRYPT" },
      answer: answer(`"FailedUsers":0,"ImportedUsers":0,"SkippedUsers":0,"Status":"Created"`),
      output: { UserImportJob: { ...common, FailedUsers: 0, ImportedUsers: 0, SkippedUsers: 0, Status: "Created" } }
    }),
    exchange(UserImport.startUserImportJob, {
      input: job,
      answer: answer(`"StartDate":1.470957851483E9,"Status":"Pending"`),
      output: { UserImportJob: { ...common, StartDate: new Date("2016-08-11T23:24:11.483Z"), Status: "Pending" } }
    }),
    exchange(UserImport.stopUserImportJob, {
      input: job,
      answer: answer(
        `"CompletionDate":1470958050,"CompletionMessage":"The import job was stopped.","Status":"Stopped"`
      ),
      output: {
        UserImportJob: {
          ...common,
          CompletionDate: new Date("2016-08-11T23:27:30Z"),
          CompletionMessage: "The import job was stopped.",
          Status: "Stopped"
        }
      }
    }),
    exchange(UserImport.describeUserImportJob, {
      input: job,
      answer: answer(`"ImportedUsers":5000000000,"Status":"Succeeded","CompletionMessage":null`),
      output: { UserImportJob: { ...common, ImportedUsers: 5_000_000_000, Status: "Succeeded" } }
    }),
    exchange(UserImport.listUserImportJobs, {
      input: { ...pool, MaxResults: 10 },
      answer: `{"PaginationToken":"page-2","UserImportJobs":[{"JobId":"${job.JobId}","Status":"Expired"}]}`,
      output: { PaginationToken: "page-2", UserImportJobs: [{ JobId: job.JobId, Status: "Expired" }] }
    })
  ],
  "the columns of the file": [
    exchange(UserImport.getCSVHeader, {
      input: pool,
      answer: `{"CSVHeader":["name","email","cognito:username"],"UserPoolId":"${pool.UserPoolId}"}`,
      output: { ...pool, CSVHeader: ["name", "email", "cognito:username"] }
    })
  ]
}
