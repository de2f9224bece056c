package identity_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/identity"
)

const userPoolType = "AWS::Cognito::UserPool"

func pool(change func(*identity.CognitoProps)) builder {
	return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		cognito(stack, orders, read, change)
	}
}

func TestPasswordsAreStrongAndASecondFactorIsOffered(t *testing.T) {
	properties := one(t, accepted(t, pool(nil)), userPoolType).Properties
	want := map[string]any{"PasswordPolicy": map[string]any{
		"MinimumLength": 12.0, "RequireLowercase": true, "RequireUppercase": true, "RequireNumbers": true, "RequireSymbols": true,
	}}
	if !reflect.DeepEqual(properties["Policies"], want) {
		t.Errorf("policies = %v, want %v", properties["Policies"], want)
	}
	if properties["MfaConfiguration"] != "OPTIONAL" || !reflect.DeepEqual(properties["EnabledMfas"], []any{"SOFTWARE_TOKEN_MFA"}) {
		t.Errorf("MFA = %v of %v, want OPTIONAL of apps", properties["MfaConfiguration"], properties["EnabledMfas"])
	}
	for _, name := range []string{"UserPoolTier", "UserPoolAddOns", "DeletionProtection", "SmsConfiguration", "AliasAttributes", "UsernameAttributes"} {
		if properties[name] != nil {
			t.Errorf("%s = %v, want what Cognito takes by itself", name, properties[name])
		}
	}
}

func TestWhatIsAskedOfThePoolArrives(t *testing.T) {
	resources := accepted(t, pool(func(p *identity.CognitoProps) {
		p.SelfSignUp = true
		p.SignInAliases = &awscognito.SignInAliases{Email: jsii.Bool(true)}
		p.PasswordPolicy = &awscognito.PasswordPolicy{MinLength: jsii.Number(16), RequireSymbols: jsii.Bool(false), TempPasswordValidity: awscdk.Duration_Days(jsii.Number(3)), PasswordHistorySize: jsii.Number(5)}
		p.Mfa = awscognito.Mfa_REQUIRED
		p.FeaturePlan = awscognito.FeaturePlan_PLUS
		p.ThreatProtection = awscognito.StandardThreatProtectionMode_FULL_FUNCTION
		p.DeletionProtection = true
		p.RemovalPolicy = awscdk.RemovalPolicy_DESTROY
	}))
	got := one(t, resources, userPoolType)
	for name, want := range map[string]any{
		"AdminCreateUserConfig": map[string]any{"AllowAdminCreateUserOnly": false},
		"UsernameAttributes":    []any{"email"},
		"Policies": map[string]any{"PasswordPolicy": map[string]any{
			"MinimumLength": 16.0, "RequireLowercase": true, "RequireUppercase": true, "RequireNumbers": true, "RequireSymbols": false,
			"TemporaryPasswordValidityDays": 3.0, "PasswordHistorySize": 5.0,
		}},
		"MfaConfiguration":   "ON",
		"EnabledMfas":        []any{"SOFTWARE_TOKEN_MFA"},
		"UserPoolTier":       "PLUS",
		"UserPoolAddOns":     map[string]any{"AdvancedSecurityMode": "ENFORCED"},
		"DeletionProtection": "ACTIVE",
	} {
		if !reflect.DeepEqual(got.Properties[name], want) {
			t.Errorf("%s = %v, want %v", name, got.Properties[name], want)
		}
	}
	if got.DeletionPolicy != "Delete" {
		t.Errorf("deletion policy = %q, want Delete", got.DeletionPolicy)
	}
}

func TestASecondFactorCanBeOffOrAText(t *testing.T) {
	off := one(t, accepted(t, pool(func(p *identity.CognitoProps) { p.Mfa = awscognito.Mfa_OFF })), userPoolType).Properties
	if off["MfaConfiguration"] != "OFF" || off["EnabledMfas"] != nil {
		t.Errorf("MFA = %v of %v, want OFF", off["MfaConfiguration"], off["EnabledMfas"])
	}
	text := one(t, accepted(t, pool(func(p *identity.CognitoProps) {
		p.MfaSecondFactor = &awscognito.MfaSecondFactor{Sms: jsii.Bool(true)}
	})), userPoolType).Properties
	if !reflect.DeepEqual(text["EnabledMfas"], []any{"SMS_MFA"}) || text["SmsConfiguration"] == nil {
		t.Errorf("MFA = %v with %v, want texts", text["EnabledMfas"], text["SmsConfiguration"])
	}
}

func certificate(stack awscdk.Stack, region string) awscertificatemanager.ICertificate {
	arn := "arn:aws:acm:" + region + ":111111111111:certificate/11111111-1111-1111-1111-111111111111"
	return awscertificatemanager.Certificate_FromCertificateArn(stack, jsii.String("Certificate"), &arn)
}

func TestACustomDomainReplacesThePrefix(t *testing.T) {
	var authorize, token, logout string
	resources := accepted(t, func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
		users := cognito(stack, orders, read, func(p *identity.CognitoProps) {
			p.CustomDomain = &awscognito.CustomDomainOptions{DomainName: jsii.String("login.example.com"), Certificate: certificate(stack, "us-east-1")}
		})
		authorize, token, logout = resolved(t, stack, *users.AuthorizationUrl()), resolved(t, stack, *users.TokenUrl()), resolved(t, stack, *users.LogoutUrl())
	})
	domain := one(t, resources, "AWS::Cognito::UserPoolDomain").Properties
	if domain["Domain"] != "login.example.com" || domain["CustomDomainConfig"] == nil {
		t.Errorf("domain = %v", domain)
	}
	for got, path := range map[string]string{authorize: "/oauth2/authorize", token: "/oauth2/token", logout: "/logout"} {
		if !regexp.MustCompile(`^\{"Fn::Join":\["",\["https://",\{"Ref":"\w+"\},"` + path + `"\]\]\}$`).MatchString(got) {
			t.Errorf("endpoint = %s, want the domain and %s", got, path)
		}
	}
}

func TestEndpointsHaveTheFormOfTheirRegion(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":     ".auth.eu-west-1.amazoncognito.com/oauth2/token",
		"us-gov-west-1": ".auth-fips.us-gov-west-1.amazoncognito.com/oauth2/token",
	} {
		app := newApp(t)
		stack := awscdk.NewStack(app, jsii.String("Main"), &awscdk.StackProps{Env: &awscdk.Environment{Region: jsii.String(region), Account: jsii.String("111111111111")}})
		orders := access.NewResourceServer("orders", "Orders API")
		users := cognito(stack, orders, orders.Scope("read", "See"), nil)
		if got := resolved(t, stack, *users.TokenUrl()); !strings.HasSuffix(got, want+`"]]}`) {
			t.Errorf("token endpoint in %s = %s, want …%s", region, got, want)
		}
	}
}

func TestWhichSettingsFailSynth(t *testing.T) {
	password := func(policy awscognito.PasswordPolicy) builder {
		return pool(func(p *identity.CognitoProps) { p.PasswordPolicy = &policy })
	}
	custom := func(change func(awscdk.Stack, *awscognito.CustomDomainOptions)) builder {
		return func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			o := &awscognito.CustomDomainOptions{DomainName: jsii.String("login.example.com")}
			o.Certificate = certificate(stack, "us-east-1")
			change(stack, o)
			cognito(stack, orders, read, func(p *identity.CognitoProps) { p.CustomDomain = o })
		}
	}
	name := func(name *string) builder {
		return custom(func(_ awscdk.Stack, o *awscognito.CustomDomainOptions) { o.DomainName = name })
	}
	refused(t, []refusal{
		{"passwords of five characters", password(awscognito.PasswordPolicy{MinLength: jsii.Number(5)}), []string{"PasswordPolicy"}, "6 to 99"},
		{"passwords of a hundred characters", password(awscognito.PasswordPolicy{MinLength: jsii.Number(100)}), []string{"PasswordPolicy"}, "6 to 99"},
		{"passwords of eight and a half characters", password(awscognito.PasswordPolicy{MinLength: jsii.Number(8.5)}), []string{"PasswordPolicy"}, "6 to 99"},
		{"temporary passwords of two years", password(awscognito.PasswordPolicy{TempPasswordValidity: awscdk.Duration_Days(jsii.Number(730))}), []string{"PasswordPolicy"}, "got 730 days"},
		{"temporary passwords of an hour", password(awscognito.PasswordPolicy{TempPasswordValidity: awscdk.Duration_Hours(jsii.Number(1))}), []string{"PasswordPolicy"}, "whole days"},
		{"temporary passwords of a day and a half", password(awscognito.PasswordPolicy{TempPasswordValidity: awscdk.Duration_Hours(jsii.Number(36))}), []string{"PasswordPolicy"}, "whole days"},
		{"25 former passwords", password(awscognito.PasswordPolicy{PasswordHistorySize: jsii.Number(25)}), []string{"PasswordPolicy"}, "0 to 24"},
		{"former passwords on LITE", pool(func(p *identity.CognitoProps) {
			p.FeaturePlan = awscognito.FeaturePlan_LITE
			p.PasswordPolicy = &awscognito.PasswordPolicy{PasswordHistorySize: jsii.Number(3)}
		}), []string{"PasswordPolicy"}, "LITE"},
		{"no way to sign in", pool(func(p *identity.CognitoProps) { p.SignInAliases = &awscognito.SignInAliases{} }), []string{"SignInAliases"}, "nobody could sign in"},
		{"a preferred name without a name", pool(func(p *identity.CognitoProps) {
			p.SignInAliases = &awscognito.SignInAliases{Email: jsii.Bool(true), PreferredUsername: jsii.Bool(true)}
		}), []string{"SignInAliases"}, "PreferredUsername"},
		{"no second factor", pool(func(p *identity.CognitoProps) {
			p.Mfa, p.MfaSecondFactor = awscognito.Mfa_REQUIRED, &awscognito.MfaSecondFactor{}
		}), []string{"Mfa"}, "no second factor"},
		{"codes by email", pool(func(p *identity.CognitoProps) {
			p.MfaSecondFactor = &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Email: jsii.Bool(true)}
		}), []string{"Mfa"}, "CognitoFromUserPool"},
		{"an unknown MFA", pool(func(p *identity.CognitoProps) { p.Mfa = "ON" }), []string{"Mfa"}, `got "ON"`},
		{"an unknown plan", pool(func(p *identity.CognitoProps) { p.FeaturePlan = "PRO" }), []string{"FeaturePlan"}, `got "PRO"`},
		{"an unknown threat protection", pool(func(p *identity.CognitoProps) {
			p.FeaturePlan, p.ThreatProtection = awscognito.FeaturePlan_PLUS, "ENFORCED"
		}), []string{"FeaturePlan"}, `got "ENFORCED"`},
		{"threat protection without its plan", pool(func(p *identity.CognitoProps) {
			p.ThreatProtection = awscognito.StandardThreatProtectionMode_AUDIT_ONLY
		}), []string{"FeaturePlan"}, "needs the plan PLUS"},
		{"managed login on LITE", pool(func(p *identity.CognitoProps) {
			p.FeaturePlan, p.ManagedLoginVersion = awscognito.FeaturePlan_LITE, awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
		}), []string{"FeaturePlan"}, "has no managed login"},
		{"an unknown login version", pool(func(p *identity.CognitoProps) { p.ManagedLoginVersion = "2" }), []string{"LoginDomain"}, `got "2"`},
		{"a snapshot of a user pool", pool(func(p *identity.CognitoProps) { p.RemovalPolicy = awscdk.RemovalPolicy_SNAPSHOT }), []string{"RemovalPolicy"}, `got "SNAPSHOT"`},
		{"an unknown removal policy", pool(func(p *identity.CognitoProps) { p.RemovalPolicy = "KEEP" }), []string{"RemovalPolicy"}, `got "KEEP"`},
		{"a custom domain without a name", name(nil), []string{"LoginDomain"}, "no usable name"},
		{"a custom domain that is a URL", name(jsii.String("https://login.example.com")), []string{"LoginDomain"}, "without https://"},
		{"a custom domain in capitals", name(jsii.String("Login.example.com")), []string{"LoginDomain"}, "lower-case"},
		{"a custom domain of one label", name(jsii.String("login")), []string{"LoginDomain"}, "no usable name"},
		{"a custom domain with a wildcard", name(jsii.String("*.example.com")), []string{"LoginDomain"}, "no usable name"},
		{"a custom domain without a certificate", custom(func(_ awscdk.Stack, o *awscognito.CustomDomainOptions) { o.Certificate = nil }), []string{"LoginDomain"}, "no certificate"},
		{"a certificate of another region", custom(func(stack awscdk.Stack, o *awscognito.CustomDomainOptions) {
			o.Certificate = certificate(awscdk.NewStack(stack, jsii.String("Nested"), nil), "eu-west-1")
		}), []string{"LoginDomain"}, "got eu-west-1"},
		{"two domains", func(stack awscdk.Stack, orders *access.ResourceServer, read access.Scope) {
			cognito(stack, orders, read, func(p *identity.CognitoProps) {
				p.DomainPrefix = "users"
				p.CustomDomain = &awscognito.CustomDomainOptions{DomainName: jsii.String("login.example.com"), Certificate: certificate(stack, "us-east-1")}
			})
		}, []string{"LoginDomain"}, "either CustomDomain or DomainPrefix"},
	})
}
