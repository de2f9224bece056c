package rotator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/scopeway/scopeway/rotator/internal/awserror"
)

// The staging labels of Secrets Manager.
const (
	current  = "AWSCURRENT"
	pending  = "AWSPENDING"
	previous = "AWSPREVIOUS"
)

// secretsAPI is what is asked of the SDK's client of Secrets Manager.
type secretsAPI interface {
	DescribeSecret(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	GetSecretValue(context.Context, *secretsmanager.GetSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.GetSecretValueOutput, error)
	PutSecretValue(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	UpdateSecretVersionStage(context.Context, *secretsmanager.UpdateSecretVersionStageInput, ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretVersionStageOutput, error)
}

// store keeps secrets.
type store struct{ api secretsAPI }

// state is what is known of a secret without its values.
type state struct {
	arn                       string
	enabled                   bool
	created, changed, rotated time.Time
	stages                    map[string][]string // by version
}

// version returns the version that has a staging label, "" for none.
func (s state) version(stage string) string {
	for id, stages := range s.stages {
		if slices.Contains(stages, stage) {
			return id
		}
	}
	return ""
}

// has says whether a version has a staging label.
func (s state) has(version, stage string) bool { return slices.Contains(s.stages[version], stage) }

func (s store) describe(ctx context.Context, arn string) (state, error) {
	answer, err := s.api.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &arn})
	if err != nil {
		return state{}, readable(err)
	}
	if answer.DeletedDate != nil {
		return state{}, errors.New("the secret is scheduled for deletion, restore it or take its rotation away")
	}
	return state{
		arn: arn, enabled: aws.ToBool(answer.RotationEnabled), stages: answer.VersionIdsToStages,
		created: aws.ToTime(answer.CreatedDate), changed: aws.ToTime(answer.LastChangedDate), rotated: aws.ToTime(answer.LastRotatedDate),
	}, nil
}

// value returns a version's value. It is not there where the version has none
// yet: Secrets Manager makes a version before the rotation function fills it.
func (s store) value(ctx context.Context, arn, version string) (d document, there bool, err error) {
	if version == "" {
		return document{}, false, nil
	}
	return s.get(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn, VersionId: &version}, "version "+version)
}

// currentValue returns what AWSCURRENT holds.
func (s store) currentValue(ctx context.Context, arn string) (d document, there bool, err error) {
	return s.get(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn, VersionStage: aws.String(current)}, current)
}

func (s store) get(ctx context.Context, input *secretsmanager.GetSecretValueInput, what string) (d document, there bool, err error) {
	text, there, err := s.text(ctx, input)
	if err != nil || !there {
		return document{}, false, err
	}
	if d, err = parseDocument(text); err != nil {
		return document{}, false, fmt.Errorf("the secret's %s %w", what, err)
	}
	return d, true, nil
}

func (s store) text(ctx context.Context, input *secretsmanager.GetSecretValueInput) (text string, there bool, err error) {
	answer, err := s.api.GetSecretValue(ctx, input)
	switch {
	case awserror.Code(err) == "ResourceNotFoundException":
		return "", false, nil
	case err != nil:
		return "", false, readable(err)
	case answer.SecretString == nil && len(answer.SecretBinary) > 0:
		return "", false, errors.New("the secret is binary, rotation needs its JSON as text")
	case aws.ToString(answer.SecretString) == "":
		return "", false, nil
	}
	return *answer.SecretString, true, nil
}

// put stores a value as a version with one label. It may be asked again: the
// same value under the same version is no error.
func (s store) put(ctx context.Context, arn, version, rotationToken, text, stage string) error {
	input := &secretsmanager.PutSecretValueInput{SecretId: &arn, ClientRequestToken: &version, SecretString: &text, VersionStages: []string{stage}}
	if rotationToken != "" {
		input.RotationToken = &rotationToken
	}
	_, err := s.api.PutSecretValue(ctx, input)
	return readable(err)
}

// move takes a label from one version to another; to "" only takes it away.
func (s store) move(ctx context.Context, arn, stage, from, to string) error {
	input := &secretsmanager.UpdateSecretVersionStageInput{SecretId: &arn, VersionStage: &stage}
	if from != "" {
		input.RemoveFromVersionId = &from
	}
	if to != "" {
		input.MoveToVersionId = &to
	}
	_, err := s.api.UpdateSecretVersionStage(ctx, input)
	return readable(err)
}

func readable(err error) error {
	return awserror.Readable(err, map[string]string{
		"ResourceNotFoundException": "the secret or its version does not exist, was it deleted?",
		"ResourceExistsException":   "the version has another value already, another run was faster",
		"LimitExceededException":    "the secret has too many versions, wait a day until Secrets Manager has removed old ones",
		"InvalidRequestException":   "the secret cannot be used now, is it scheduled for deletion?",
	})
}
