// Package rotation shows on the local cloud, with signatures and IAM policies
// enforced, that client secrets of an Amazon Cognito user pool are renewed: by
// the function as it is deployed, under the rights that it is deployed with.
//
//   - The first secrets are written when the stack is deployed, and give tokens.
//   - The four steps renew a secret, and the former one works beside it until it
//     is swept.
//   - A rotation may be interrupted between any two steps, and its process be
//     killed in the middle of one: the next run ends with a secret that works.
//   - A new secret that does not work does not become current.
//   - No deploy brings an old secret back.
//   - Only who was granted a secret reads it.
//   - No log, template, output, event or answer holds one.
//
// What the local cloud cannot show:
//
//   - AWS Secrets Manager does not call the function there, and knows no schedule:
//     the tests prepare the version as RotateSecret does and call the steps.
//   - Amazon Cognito's calls for client secrets are answered by a fake that does
//     as they are documented. Whether the role may make them is asked of the
//     local cloud all the same.
//   - Time does not pass. A secret is old because the clocks of Secrets Manager
//     and of the fake were slow when it was made; that a rotation is overdue is
//     shown in the tests of package rotator.
//   - Resource policies, the permission of Secrets Manager to call the function,
//     and KMS.
package rotation
