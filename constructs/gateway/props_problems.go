package gateway

import (
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/duration"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

const maxDescription = 1024

var stageNamePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

func (h *httpApi) defaultStage() string { return defaultHttpStage }
func (a *restApi) defaultStage() string { return defaultRestStage }

// usableStageName reports whether API Gateway takes the name. "$default" is for
// HTTP APIs, where it is the default.
func usableStageName(name, byDefault string) bool {
	return name == byDefault || stageNamePattern.MatchString(name)
}

// description returns the description, nil if there is none that can be used.
func (p Props) description() *string {
	if p.Description == "" {
		return nil
	}
	return jsii.String(p.Description)
}

// propsProblems returns what is wrong with the props alone.
func (c *core) propsProblems() access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) { ps = append(ps, c.problem(id, format, args...)) }
	p := c.props
	if d := p.Cache; d != nil && !duration.Whole(duration.Seconds(d), 0, maxCacheSeconds) {
		problem("Cache", "the cache is out of range, got %s, write whole seconds from 0 to %d", duration.Spoken(d), maxCacheSeconds)
	}
	if t := p.Throttle; t != nil && !t.usable() {
		problem("Throttle", "the throttle is out of range, got rate %v and burst %v, write at least 1 for both", t.Rate, t.Burst)
	}
	if byDefault := c.kind.defaultStage(); p.StageName != "" && !usableStageName(p.StageName, byDefault) {
		problem("StageName", "the stage's name is not usable, got %q, write 1 to 128 letters, digits, \"-\" or \"_\"", p.StageName)
	}
	if !trust.Unresolved(p.Description) && utf8.RuneCountInString(p.Description) > maxDescription {
		problem("Description", "the description is too long, got %d characters, at most %d", utf8.RuneCountInString(p.Description), maxDescription)
	}
	if p.Cors != nil {
		for _, wrong := range p.Cors.problems() {
			problem(wrong.id, "%s", wrong.text)
		}
	}
	if p.Domain != nil {
		if text := p.Domain.problem(awscdk.Stack_Of(c.construct)); text != "" {
			problem("Domain", "%s", text)
		}
	}
	if text := p.Logs.problem(); text != "" {
		problem("Logs", "%s", text)
	}
	return append(ps, c.authorizerProblems()...)
}

func (c *core) authorizerProblems() access.Problems {
	var ps access.Problems
	a := c.props.authorizer()
	problem := func(format string, args ...any) { ps = append(ps, c.problem("AuthorizerProps", format, args...)) }
	if !a.memoryUsable() {
		problem("the authorizer's memory is out of range, got %s, write a whole number of MiB from %d to %d", number(a.MemorySize), minMemory, maxMemory)
	}
	if !a.timeoutUsable() {
		problem("the authorizer's timeout is out of range, got %s, write whole seconds from 1 to %d", duration.Spoken(a.Timeout), maxTimeoutSeconds)
	}
	if !a.concurrencyUsable() {
		problem("the authorizer's reserved concurrency is out of range, got %s, write a whole number of at least 1", number(*a.ReservedConcurrency))
	}
	if a.Vpc == nil && (a.Subnets != nil || len(a.SecurityGroups) > 0) {
		problem("the authorizer has subnets or security groups and no VPC, write Vpc: the one they are in")
	}
	if slices.Contains(a.SecurityGroups, nil) {
		problem("one of the authorizer's security groups is nil, make it before the API")
	}
	if !a.networkUsable() {
		problem("the authorizer's VPC has no private subnets that lead out, where the key sets of issuers are, write Subnets: those that reach them")
	}
	return ps
}

// number returns a number for people. awscdk writes what is known at deploy only
// as a number that nothing else has.
func number(n float64) string {
	if n < -1e100 {
		return "one that is known at deploy only"
	}
	return fmt.Sprint(n)
}
