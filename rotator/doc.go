// Package rotator is the Lambda function that renews the secrets of OAuth
// clients, as AWS Secrets Manager asks it to (Rotation by Lambda function, AWS
// Secrets Manager User Guide): in four steps, each of which may be interrupted
// and run again.
package rotator
