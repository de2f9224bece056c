package identity

import (
	"math"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/duration"
)

const (
	newerLogin   = awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
	classicLogin = awscognito.ManagedLoginVersion_CLASSIC_HOSTED_UI
)

// The values that awscdk knows; it panics at others.
var (
	mfas            = []awscognito.Mfa{awscognito.Mfa_OFF, awscognito.Mfa_OPTIONAL, awscognito.Mfa_REQUIRED}
	plans           = []awscognito.FeaturePlan{awscognito.FeaturePlan_LITE, awscognito.FeaturePlan_ESSENTIALS, awscognito.FeaturePlan_PLUS}
	protections     = []awscognito.StandardThreatProtectionMode{awscognito.StandardThreatProtectionMode_FULL_FUNCTION, awscognito.StandardThreatProtectionMode_AUDIT_ONLY, awscognito.StandardThreatProtectionMode_NO_ENFORCEMENT}
	logins          = []awscognito.ManagedLoginVersion{newerLogin, classicLogin}
	removalPolicies = []awscdk.RemovalPolicy{awscdk.RemovalPolicy_DESTROY, awscdk.RemovalPolicy_RETAIN, awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE}
)

// usable returns a value if it is one of those that are known, and otherwise
// the usual one: the mistake is reported by poolProblems.
func usable[V ~string](value V, known []V, usual V) V {
	if slices.Contains(known, value) {
		return value
	}
	return usual
}

// userPool returns the props for awscdk, of which it takes no offence.
func (p *CognitoProps) userPool() *awscognito.UserPoolProps {
	props := &awscognito.UserPoolProps{
		SelfSignUpEnabled:            jsii.Bool(p.SelfSignUp),
		PasswordPolicy:               p.passwordPolicy(),
		Mfa:                          usable(p.Mfa, mfas, awscognito.Mfa_OPTIONAL),
		FeaturePlan:                  usable(p.FeaturePlan, plans, ""),
		StandardThreatProtectionMode: usable(p.ThreatProtection, protections, ""),
		RemovalPolicy:                usable(p.RemovalPolicy, removalPolicies, awscdk.RemovalPolicy_RETAIN),
	}
	if props.Mfa != awscognito.Mfa_OFF {
		props.MfaSecondFactor = &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)}
		if f := p.MfaSecondFactor; f != nil {
			props.MfaSecondFactor = &awscognito.MfaSecondFactor{Otp: jsii.Bool(isTrue(f.Otp)), Sms: jsii.Bool(isTrue(f.Sms))}
		}
	}
	if p.SignInAliases != nil && p.aliasesProblem() == "" {
		props.SignInAliases = p.SignInAliases
	}
	if p.DeletionProtection {
		props.DeletionProtection = jsii.Bool(true)
	}
	return props
}

// passwordPolicy returns what passwords need, as strong as nothing else is
// asked for.
func (p *CognitoProps) passwordPolicy() *awscognito.PasswordPolicy {
	policy := awscognito.PasswordPolicy{}
	if p.PasswordPolicy != nil && p.passwordProblem() == "" {
		policy = *p.PasswordPolicy
	}
	if policy.MinLength == nil {
		policy.MinLength = jsii.Number(12)
	}
	for _, kind := range []**bool{&policy.RequireLowercase, &policy.RequireUppercase, &policy.RequireDigits, &policy.RequireSymbols} {
		if *kind == nil {
			*kind = jsii.Bool(true)
		}
	}
	return &policy
}

// loginVersion returns the kind of the login pages that people see.
func (p *CognitoProps) loginVersion() awscognito.ManagedLoginVersion {
	if p.FeaturePlan == awscognito.FeaturePlan_LITE {
		return usable(p.ManagedLoginVersion, logins, classicLogin)
	}
	return usable(p.ManagedLoginVersion, logins, newerLogin)
}

// poolProblems reports what awscdk or Cognito would refuse.
func (p *CognitoProps) poolProblems(problem func(id, format string, args ...any)) {
	if wrong := p.passwordProblem(); wrong != "" {
		problem("PasswordPolicy", "%s", wrong)
	}
	if wrong := p.aliasesProblem(); wrong != "" {
		problem("SignInAliases", "%s", wrong)
	}
	if f := p.MfaSecondFactor; f != nil {
		switch {
		case isTrue(f.Email):
			problem("Mfa", "codes by email need an email setting that is not a prop here, make the user pool with awscognito.NewUserPool and take it with identity.CognitoFromUserPool")
		case !isTrue(f.Otp) && !isTrue(f.Sms):
			problem("Mfa", "it has no second factor, write MfaSecondFactor: &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)}")
		}
	}
	if p.Mfa != "" && !slices.Contains(mfas, p.Mfa) {
		problem("Mfa", "Mfa is not one that is known, got %q, write one of %q", p.Mfa, mfas)
	}
	if p.FeaturePlan != "" && !slices.Contains(plans, p.FeaturePlan) {
		problem("FeaturePlan", "the feature plan is not one that is known, got %q, write one of %q", p.FeaturePlan, plans)
	}
	if p.FeaturePlan == awscognito.FeaturePlan_LITE && p.ManagedLoginVersion == newerLogin {
		problem("FeaturePlan", "the plan LITE has no managed login, take the plan ESSENTIALS or ManagedLoginVersion: awscognito.ManagedLoginVersion_CLASSIC_HOSTED_UI")
	}
	switch t := p.ThreatProtection; {
	case t == "" || t == awscognito.StandardThreatProtectionMode_NO_ENFORCEMENT:
	case !slices.Contains(protections, t):
		problem("FeaturePlan", "the threat protection is not one that is known, got %q, write one of %q", t, protections)
	case p.FeaturePlan != awscognito.FeaturePlan_PLUS:
		problem("FeaturePlan", "threat protection needs the plan PLUS, write FeaturePlan: awscognito.FeaturePlan_PLUS")
	}
	if p.ManagedLoginVersion != "" && !slices.Contains(logins, p.ManagedLoginVersion) {
		problem("LoginDomain", "the version of the login pages is not one that is known, got %q, write one of %q", p.ManagedLoginVersion, logins)
	}
	if p.RemovalPolicy != "" && !slices.Contains(removalPolicies, p.RemovalPolicy) {
		problem("RemovalPolicy", "a user pool cannot have this removal policy, got %q, write one of %q", p.RemovalPolicy, removalPolicies)
	}
}

// passwordProblem says what is wrong with the password policy, or "".
func (p *CognitoProps) passwordProblem() string {
	policy := p.PasswordPolicy
	if policy == nil {
		return ""
	}
	if n := policy.MinLength; n != nil && (*n < 6 || *n > 99 || *n != math.Trunc(*n)) {
		return "the least length of passwords is out of range, write 6 to 99, better 12 or more"
	}
	if n := policy.PasswordHistorySize; n != nil {
		if *n < 0 || *n > 24 || *n != math.Trunc(*n) {
			return "the number of former passwords that may not come again is out of range, write 0 to 24"
		}
		if p.FeaturePlan == awscognito.FeaturePlan_LITE {
			return "the plan LITE remembers no former passwords, leave PasswordHistorySize out or take the plan ESSENTIALS"
		}
	}
	if life := policy.TempPasswordValidity; life != nil && !duration.Whole(duration.Seconds(life)/day, 1, 365) {
		return "the life of temporary passwords is out of range, got " + duration.Spoken(life) + ", write whole days from 1 to 365"
	}
	return ""
}

// aliasesProblem says what is wrong with the aliases to sign in with, or "".
func (p *CognitoProps) aliasesProblem() string {
	a := p.SignInAliases
	switch {
	case a == nil:
		return ""
	case !isTrue(a.Username) && !isTrue(a.Email) && !isTrue(a.Phone):
		return "nobody could sign in, write at least one of Username, Email and Phone"
	case isTrue(a.PreferredUsername) && !isTrue(a.Username):
		return "PreferredUsername is for people who have a user name too, write Username: jsii.Bool(true) beside it"
	}
	return ""
}

func isTrue(b *bool) bool { return b != nil && *b }
