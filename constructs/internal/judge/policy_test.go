package judge_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/constructs/internal/judge"
)

// declaredPaths is declaredREST with GET closed and POST public on /orders,
// OPTIONS public on / and ANY of more.
func declaredPaths(more string) judge.API {
	api := declaredREST
	at := func(r judge.Resource, resource any) judge.Resource {
		r.Properties = maps.Clone(r.Properties)
		r.Properties["ResourceId"] = resource
		return r
	}
	root := map[string]any{"Fn::GetAtt": []any{"Api", "RootResourceId"}}
	api.Routes = []judge.Resource{at(api.Routes[0], ref("Orders")), at(api.Routes[1], ref("Orders"))}
	api.Others = slices.Clone(api.Others)
	api.Others[3] = at(api.Others[3], root)
	if more != "" {
		api.Routes = append(api.Routes, at(method("More", "ANY", more), ref("Orders")))
	}
	return api
}

// templatePaths is the template of declaredPaths with a policy.
func templatePaths(t *testing.T, policy, more string) judge.Template {
	t.Helper()
	main := strings.NewReplacer(
		`"Name": "free"`, `"Policy": `+policy,
		`"HttpMethod": "GET"`, `"ResourceId": {"Ref": "Orders"}, "HttpMethod": "GET"`,
		`"HttpMethod": "POST"`, `"ResourceId": {"Ref": "Orders"}, "HttpMethod": "POST"`,
		`"HttpMethod": "OPTIONS"`, `"ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "OPTIONS"`,
		`"DependsOn": [`, `"DependsOn": ["More", `,
	).Replace(goodREST)
	main += `, "More": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Orders"}, "HttpMethod": "ANY", "AuthorizationType": "` + more + `"}}`
	if more == "" {
		main = strings.Replace(main, `"RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "Orders"}, "HttpMethod": "ANY"`, `"RestApiId": "another"`, 1)
	}
	return template(t, "main.json", main, "")
}

func testPolicy(t *testing.T, policy, more string, good bool) {
	t.Helper()
	var got, want []string
	for _, v := range judge.Judge([]judge.Template{templatePaths(t, policy, more)}, declaredPaths(more)) {
		got = append(got, v.Rule+" "+v.Location)
	}
	if !good {
		want = []string{"ChangedResource Properties/Policy"}
	}
	if !slices.Equal(got, want) {
		t.Errorf("Judge(policy %s, ANY %q) = %v, want %v", policy, more, got, want)
	}
}

func TestAPolicyThatOnlyDeniesIsNoOpening(t *testing.T) {
	const deny = `{"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}}`
	for _, c := range []struct {
		name, policy string
		good         bool
	}{
		{"one that denies", `{"Version": "2012-10-17", "Statement": [` + deny + `]}`, true},
		{"one statement", `{"Statement": ` + deny + `}`, true},
		{"many", `{"Id": "x", "Statement": [` + deny + `, {"Sid": "x", "Effect": "Deny", "NotPrincipal": "*", "NotAction": "x", "NotResource": {"Ref": "X"}}]}`, true},
		{"no statements", `{"Statement": []}`, true},
		{"nothing", `{}`, false},
		{"null", `null`, false},
		{"a text", `"{\"Statement\": []}"`, false},
		{"a list", `[` + deny + `]`, false},
		{"a policy under a condition", `{"Fn::If": ["C", {"Statement": []}, {"Ref": "AWS::NoValue"}]}`, false},
		{"a reference", `{"Ref": "P"}`, false},
		{"statements under a condition", `{"Statement": {"Fn::If": ["C", [], []]}}`, false},
		{"a statement under a condition", `{"Statement": [{"Fn::If": ["C", ` + deny + `, ` + deny + `]}]}`, false},
		{"a statement that is a text", `{"Statement": ["Deny"]}`, false},
		{"a computed effect", `{"Statement": [{"Effect": {"Ref": "E"}, "Resource": "*"}]}`, false},
		{"no effect", `{"Statement": [{"Resource": "*"}]}`, false},
		{"an effect in another case", `{"Statement": [{"Effect": "deny", "Resource": "*"}]}`, false},
		{"a second effect", `{"Statement": [{"Effect": "Deny", "effect": "Allow", "Resource": "*"}]}`, false},
		{"further statements", `{"Statement": [], "statement": []}`, false},
		{"an IP list that allows the rest", `{"Statement": [` + deny + `, {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}`, false},
		{"an IP list that allows", `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.1"}}}]}`, false},
	} {
		t.Run(c.name, func(t *testing.T) { testPolicy(t, c.policy, "", c.good) })
	}
}

func TestAPolicyMayAllowPublicRoutesAlone(t *testing.T) {
	for _, c := range []struct {
		resource, any string
		good          bool
	}{
		{`"execute-api:/prod/POST/orders"`, "", true},
		{`["execute-api:/prod/POST/orders"]`, "", true},
		{`["execute-api:/prod/POST/orders", "execute-api:/prod/OPTIONS/*"]`, "", true},
		{`"execute-api:/prod/POST/*"`, "", true},
		{`"execute-api:/prod/OPTIONS/"`, "", true},
		{`"execute-api:/prod/PATCH/orders"`, "NONE", true},
		{`"execute-api:/prod/POST/orders"`, "NONE", true},

		{`["execute-api:/prod/POST/orders", "execute-api:/prod/GET/orders"]`, "", false},
		{`"execute-api:/prod/GET/orders"`, "", false},
		{`"execute-api:/prod/GET/orders"`, "NONE", false},
		{`"execute-api:/prod/GET/orders/"`, "", false},
		{`"execute-api:/prod/GET/*"`, "", false},
		{`"execute-api:/prod/POST/orders/"`, "", false},
		{`"execute-api:/prod/POST/order?"`, "", false},
		{`"execute-api:/prod/POST/orders*"`, "", false},
		{`"execute-api:/prod/POST/orders/*"`, "", false},
		{`"execute-api:/prod/POST/${aws:x}"`, "", false},
		{`"execute-api:/prod/POST"`, "", false},
		{`"execute-api:/*/OPTIONS/*"`, "", false}, // GET /OPTIONS/x, too
		{`"execute-api:/pro?/OPTIONS/*"`, "", false},
		{`"execute-api:/${aws:x}/OPTIONS/*"`, "", false},
		{`"execute-api:/prod/*/orders"`, "", false},
		{`"execute-api:/prod/*/orders"`, "NONE", false},
		{`"execute-api:/prod/*/*"`, "NONE", false}, // GET /orders, too
		{`"execute-api:/prod/G*/*"`, "NONE", false},
		{`"execute-api:/prod/?ET/*"`, "NONE", false},
		{`"execute-api:/prod/${aws:x}/orders"`, "NONE", false},
		{`"execute-api:/prod/ANY/orders"`, "NONE", false},
		{`"execute-api:/prod//orders"`, "NONE", false},
		{`"execute-api:/prod/*"`, "", false},
		{`"execute-api:/*"`, "", false},
		{`"*"`, "", false},
		{`"execute-api:/prod/PATCH/orders"`, "", false}, // no route
		{`"execute-api:/prod/PATCH/*"`, "", false},
		{`"execute-api:/prod/post/orders"`, "", false},
		{`"execute-api:/prod/POST/orders"`, "CUSTOM", false},
		{`"execute-api:/prod/OPTIONS/*"`, "CUSTOM", false},
		{`"arn:aws:execute-api:eu-west-1:111122223333:*/prod/POST/orders"`, "", false},
		{`{"Fn::Sub": "execute-api:/prod/POST/orders"}`, "", false},
		{`[{"Ref": "P"}]`, "", false},
		{`{"Ref": "AWS::NoValue"}`, "", false},
		{`[]`, "", false},
		{`null`, "", false},
	} {
		testPolicy(t, `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": `+c.resource+`}]}`, c.any, c.good)
	}
	testPolicy(t, `{"Statement": [{"Effect": "Allow", "NotResource": "execute-api:/prod/GET/orders"}]}`, "", false)
	testPolicy(t, `{"Statement": [{"Effect": "Allow", "Resource": "execute-api:/prod/POST/orders", "resource": "*"}]}`, "", false)
}

func TestAPolicyMayBeDeclared(t *testing.T) {
	const allow = `{"Statement": [{"Effect": "Allow", "Resource": "*"}]}`
	for name, absent := range map[string]bool{"declared": false, "absent": true} {
		api := declaredPaths("")
		api.Others[0].Properties = map[string]any{"DisableExecuteApiEndpoint": true}
		if absent {
			api.Others[0].Absent = []string{"Policy"}
		} else {
			api.Others[0].Properties["Policy"] = map[string]any{"Statement": []any{map[string]any{"Effect": "Allow", "Resource": "*"}}}
		}
		got := judge.Judge([]judge.Template{templatePaths(t, allow, "")}, api)
		if absent != (len(got) == 1) {
			t.Errorf("Judge(%s) = %v, want one violation: %t", name, got, absent)
		}
	}
}
