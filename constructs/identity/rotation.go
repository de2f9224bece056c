package identity

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

// RotationProps say how client secrets are renewed; nil is right for most.
type RotationProps struct {
	// Every is the longest that a secret is the current one, whole days from 1
	// to 365. Default: 90 days.
	Every awscdk.Duration
	// Overlap is how long the former secret works beside the new one, so that
	// programs that keep the secret in memory have time to read it again: whole
	// hours from 1, and less than Every. Where the provider can have no two
	// secrets it means nothing. Default: 24 hours.
	Overlap awscdk.Duration
	// Architecture is what the function is compiled for. Default: arm64.
	Architecture awslambda.Architecture
	// Code is the path of a rotator that was compiled before, with
	// "go run github.com/scopeway/scopeway/cmd/scopeway build -of rotator", so
	// that the synth needs no Go. Default: it is compiled from the module that
	// the synth runs in.
	Code string
	// LogRetention is how long the audit lines of rotations are kept. Default: a
	// year.
	LogRetention awslogs.RetentionDays
}

const (
	usualEvery   = 90 * day
	usualOverlap = 24 * hour
)

// rotation returns the props, empty when there are none.
func (p *RotationProps) orDefault() RotationProps {
	if p == nil {
		return RotationProps{}
	}
	return *p
}

// days returns how long a secret is the current one.
func (p RotationProps) days() float64 {
	if p.Every == nil || p.everyProblem() != "" {
		return usualEvery / day
	}
	return duration.Seconds(p.Every) / day
}

// hours returns how long the former secret works on.
func (p RotationProps) hours() float64 {
	if p.Overlap == nil || p.overlapProblem() != "" {
		return usualOverlap / hour
	}
	return duration.Seconds(p.Overlap) / hour
}

func (p RotationProps) everyProblem() string {
	if p.Every == nil || duration.Whole(duration.Seconds(p.Every)/day, 1, 365) {
		return ""
	}
	return fmt.Sprintf("the life of client secrets is out of range, got %s, write whole days from 1 to 365", duration.Spoken(p.Every))
}

func (p RotationProps) overlapProblem() string {
	if p.Overlap == nil {
		if p.days() == 1 {
			return "its secrets last a day, in which an overlap of 24 hours never ends, write Overlap: a shorter one"
		}
		return ""
	}
	if h := duration.Seconds(p.Overlap) / hour; duration.Whole(h, 1, 365*24) && h < p.days()*24 {
		return ""
	}
	return fmt.Sprintf("the overlap of client secrets is out of range, got %s, write whole hours from 1, and less than the life of a secret", duration.Spoken(p.Overlap))
}

// rotationProblems reports rotation where there is nothing to rotate.
func (p *userPool) rotationProblems(asked *RotationProps, problem func(id, format string, args ...any)) {
	if asked != nil && len(p.rotators) == 0 {
		problem("Rotation", "no client here has a secret that could be rotated, leave Rotation out, or add one that has: users.AddMachineClient(\"Billing\", …)")
	}
}

// problems reports what is wrong with the props.
func (p RotationProps) problems(problem func(id, format string, args ...any)) {
	for _, wrong := range []string{p.everyProblem(), p.overlapProblem()} {
		if wrong != "" {
			problem("Rotation", "%s", wrong)
		}
	}
}
