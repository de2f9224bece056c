// Package rotator is the Lambda function that renews the secrets of OAuth
// clients, as AWS Secrets Manager asks it to (Rotation by Lambda function, AWS
// Secrets Manager User Guide): in four steps, each of which may be interrupted
// and run again.
//
// It takes three kinds of events and nothing else: a step of Secrets Manager;
// a custom resource of CloudFormation, for which it writes the first secret of
// a client and always answers; and an hourly sweep, {"sweep":"<ARN>"}, which
// removes secrets whose overlap is over and fails where a rotation is overdue.
//
// What it writes is {"client_id","client_secret","client_secret_id"}; other
// members that a person added to the JSON stay. A secret that may be in use is
// never removed: not the current one, not the pending one, and none where it
// cannot be told which is which. Each event is one [Line] on standard output.
// No line, error or answer holds a secret.
//
// It does not decide when to rotate, and it does not check what a secret lets
// its holder do.
package rotator
