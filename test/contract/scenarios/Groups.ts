/** Groups and their members against cognito-local. */
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as Groups from "../../../src/operations/Groups.ts"
import { failureTag, present, type Scenarios } from "../../support/scenario.ts"
import { createPool, createUser } from "./setup.ts"

export const live: Scenarios = {
  "a group is made, changed and deleted": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("groups")
    const group = { UserPoolId, GroupName: "editors" }
    const { Group } = yield* Groups.createGroup({ ...group, Description: "write & publish", Precedence: 10 })
    assert.equal(Group?.GroupName, "editors")
    assert.equal(Group.UserPoolId, UserPoolId)
    assert.equal(Group.Precedence, 10)
    assert.ok(Group.CreationDate instanceof Date)

    const RoleArn = "arn:aws:iam::123456789012:role/editors"
    const updated = yield* Groups.updateGroup({ ...group, Precedence: 0, RoleArn })
    assert.equal(updated.Group?.Precedence, 0)
    const read = yield* Groups.getGroup(group)
    assert.equal(read.Group?.Description, "write & publish")
    assert.equal(read.Group.RoleArn, RoleArn)
    assert.equal(read.Group.CreationDate?.getTime(), Group.CreationDate.getTime())

    yield* Groups.createGroup({ UserPoolId, GroupName: "readers" })
    const { Groups: listed } = yield* Groups.listGroups({ UserPoolId })
    assert.deepEqual(present(listed).map(({ GroupName }) => GroupName), ["editors", "readers"])

    yield* Groups.deleteGroup(group)
    const gone = yield* Effect.flip(Groups.getGroup(group))
    assert.equal(gone._tag, "ResourceNotFoundException")
    assert.equal(gone.message, "Group not found")
    assert.equal(yield* failureTag(Groups.updateGroup(group)), "ResourceNotFoundException")
    assert.equal(yield* failureTag(Groups.deleteGroup(group)), "ResourceNotFoundException")
  }),

  "making a group twice overwrites it, where AWS answers GroupExistsException": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("twice")
    yield* Groups.createGroup({ UserPoolId, GroupName: "editors", Description: "first" })
    const { Group } = yield* Groups.createGroup({ UserPoolId, GroupName: "editors" })
    assert.equal(Group?.Description, undefined)
  }),

  "users join and leave a group": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("members")
    yield* createUser(UserPoolId, "ada")
    yield* createUser(UserPoolId, "grace")
    const group = { UserPoolId, GroupName: "editors" }
    yield* Groups.createGroup(group)
    const members = Effect.map(
      Groups.listUsersInGroup(group),
      ({ Users }) => present(Users).map(({ Username }) => Username)
    )
    assert.deepEqual(yield* members, [])
    for (const Username of ["ada", "grace"]) yield* Groups.adminAddUserToGroup({ ...group, Username })
    assert.deepEqual(yield* members, ["ada", "grace"])
    const ofAda = yield* Groups.adminListGroupsForUser({ UserPoolId, Username: "ada" })
    assert.deepEqual(present(ofAda.Groups).map(({ GroupName }) => GroupName), ["editors"])

    yield* Groups.adminRemoveUserFromGroup({ ...group, Username: "ada" })
    assert.deepEqual(yield* members, ["grace"])
    assert.deepEqual((yield* Groups.adminListGroupsForUser({ UserPoolId, Username: "ada" })).Groups, [])

    const nobody = { ...group, Username: "nobody" }
    assert.equal(yield* failureTag(Groups.adminAddUserToGroup(nobody)), "UserNotFoundException")
    assert.equal(yield* failureTag(Groups.adminRemoveUserFromGroup(nobody)), "UserNotFoundException")
    assert.equal(
      yield* failureTag(Groups.adminListGroupsForUser({ UserPoolId, Username: "nobody" })),
      "UserNotFoundException"
    )
    assert.equal(
      yield* failureTag(Groups.listUsersInGroup({ UserPoolId, GroupName: "nowhere" })),
      "ResourceNotFoundException"
    )
  })
}
