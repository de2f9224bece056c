package calls

import (
	"context"
	"slices"

	"github.com/scopeway/scopeway/authorizer/audit"
	"github.com/scopeway/scopeway/issuertest"
	"github.com/scopeway/scopeway/test/internal/deployment"
	"github.com/scopeway/scopeway/test/internal/localcloud"
)

// World is the deployed stacks and everybody who calls them.
type World struct {
	cloud  *localcloud.Cloud
	issuer *issuertest.Issuer

	shop, partner                   pair
	billing, till, office, stranger client
	partners                        localcloud.Client

	lines   []audit.Line
	secrets []string
}

// api is a deployed API.
type api struct {
	id, auditLog string
	log          *AuditLog
	// stage is the stage of a REST API; empty for an HTTP API.
	stage string
}

func (a api) isREST() bool { return a.stage != "" }

// kind is what an audit line calls the kind of API.
func (a api) kind() string {
	if a.isREST() {
		return "rest"
	}
	return "http"
}

// pair are two APIs with the same routes, rules and identities.
type pair struct{ http, rest api }

// client is an OAuth client of Cognito.
type client struct {
	name string
	localcloud.Client
}

// Open reads who may call from the stacks' outputs and secrets.
func Open(ctx context.Context, cloud *localcloud.Cloud, outputs localcloud.Outputs, issuer *issuertest.Issuer) (*World, error) {
	w := &World{cloud: cloud, issuer: issuer}
	w.shop.rest.stage, w.partner.rest.stage = deployment.RestStage, deployment.RestStage
	for _, wanted := range []struct {
		stack, output string
		into          *string
	}{
		{deployment.Quickstart, deployment.APIID, &w.shop.http.id},
		{deployment.Quickstart, deployment.AuditLog, &w.shop.http.auditLog},
		{deployment.Rest, deployment.APIID, &w.shop.rest.id},
		{deployment.Rest, deployment.AuditLog, &w.shop.rest.auditLog},
		{deployment.Partner, deployment.APIID, &w.partner.http.id},
		{deployment.Partner, deployment.AuditLog, &w.partner.http.auditLog},
		{deployment.Partner, deployment.RestAPIID, &w.partner.rest.id},
		{deployment.Partner, deployment.RestAuditLog, &w.partner.rest.auditLog},
	} {
		value, err := outputs.Output(wanted.stack, wanted.output)
		if err != nil {
			return nil, err
		}
		*wanted.into = value
	}
	for _, wanted := range []struct {
		name, stack, output string
		into                *client
	}{
		{"Billing", deployment.Quickstart, deployment.BillingSecret, &w.billing},
		{"Till", deployment.Quickstart, deployment.TillSecret, &w.till},
		{"Office", deployment.Quickstart, deployment.OfficeSecret, &w.office},
		{"Stranger", deployment.Partner, deployment.StrangerSecret, &w.stranger},
	} {
		secret, err := outputs.Output(wanted.stack, wanted.output)
		if err != nil {
			return nil, err
		}
		credentials, err := cloud.Client(ctx, secret)
		if err != nil {
			return nil, err
		}
		*wanted.into = client{wanted.name, credentials}
		w.secrets = append(w.secrets, credentials.Secret)
	}
	for _, api := range []*api{&w.shop.http, &w.shop.rest, &w.partner.http, &w.partner.rest} {
		api.log = NewAuditLog(cloud, api.auditLog)
	}
	w.addPartner()
	return w, nil
}

// Cases are all requests, in the order in which they must run.
func (w *World) Cases() []Case {
	var cases []Case
	for _, part := range []struct {
		name  string
		cases []Case
	}{
		{"the quick start, whose tokens come from Cognito", w.shopCases()},
		{"the quick start, one token on two routes, answers cached by the HTTP API", w.cacheCases()},
		{"a partner's APIs, whose tokens come from an issuer outside AWS", w.partnerCases()},
	} {
		for _, c := range part.cases {
			c.Part = part.name
			cases = append(cases, c)
		}
	}
	return cases
}

// Denials are the audit lines of what was refused so far, oldest first.
func (w *World) Denials() []audit.Line {
	var denials []audit.Line
	for _, line := range w.lines {
		if line.Decision != audit.Allow {
			denials = append(denials, line)
		}
	}
	return denials
}

// Secrets are the client secrets and the tokens used so far: what must not
// stand in any log or template.
func (w *World) Secrets() []string { return slices.Clone(w.secrets) }

// Unread returns audit lines that no case accounted for.
func (w *World) Unread(ctx context.Context) ([]audit.Line, error) {
	var unread []audit.Line
	for _, api := range []api{w.shop.http, w.shop.rest, w.partner.http, w.partner.rest} {
		lines, err := w.newLines(ctx, api, 0)
		if err != nil {
			return nil, err
		}
		unread = append(unread, lines...)
	}
	return unread, nil
}

// newLines returns the audit lines of an API that were not returned before. It
// waits until there are as many as wanted.
func (w *World) newLines(ctx context.Context, of api, wanted int) ([]audit.Line, error) {
	lines, err := of.log.Next(ctx, wanted)
	w.lines = append(w.lines, lines...)
	return lines, err
}

// KeepSecret notes what must not stand in any log or template.
func (w *World) KeepSecret(secret string) { w.secrets = append(w.secrets, secret) }
