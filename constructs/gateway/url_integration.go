package gateway

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// callerValue is what the header holds.
func callerValue(public bool, verified, literal string) string {
	if public {
		return literal
	}
	return verified
}

func (b *urlBackend) http(h *httpApi, r *route) httpTarget {
	id := h.distinct(b.address(h, r.public()))
	return h.shared(id, func() httpTarget {
		path := "$request.path"
		if base := b.base(); base != "" {
			path = base + "${request.path}"
		}
		parameters := map[string]*string{
			"overwrite:header." + CallerHeader: jsii.String(callerValue(r.public(), "$context.authorizer.caller", callerjson.Public)),
			"overwrite:path":                   jsii.String(path),
		}
		props := &awsapigatewayv2.CfnIntegrationProps{
			IntegrationType:      jsii.String("HTTP_PROXY"),
			IntegrationMethod:    jsii.String("ANY"),
			IntegrationUri:       jsii.String(b.url),
			PayloadFormatVersion: jsii.String("1.0"),
			RequestParameters:    &parameters,
		}
		want := map[string]any{"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": b.url, "PayloadFormatVersion": "1.0", "RequestParameters": parameters}
		absent := []string{"CredentialsArn", "IntegrationSubtype"}
		if v := b.props.VpcLink; v != nil {
			props.ConnectionType, props.ConnectionId, props.IntegrationUri = jsii.String("VPC_LINK"), v.Http.VpcLinkId(), v.Target
			want["ConnectionType"], want["ConnectionId"], want["IntegrationUri"] = "VPC_LINK", v.Http.VpcLinkId(), v.Target
			if name, secure := strings.CutPrefix(b.origin(), "https://"); secure {
				host := portless(name)
				props.TlsConfig = &awsapigatewayv2.CfnIntegration_TlsConfigProperty{ServerNameToVerify: jsii.String(host)}
				want["TlsConfig.ServerNameToVerify"] = host
			}
		} else {
			absent = append(absent, "ConnectionId")
		}
		if b.props.Timeout != nil {
			props.TimeoutInMillis = b.props.Timeout.ToMilliseconds(nil)
		}
		return h.newIntegration(id, tokens.ReplaceAllString(b.origin(), "…"), props, want, absent)
	})
}

func (b *urlBackend) rest(a *restApi, r *route) restTarget {
	parameters := map[string]*string{
		"integration.request.header." + CallerHeader: jsii.String(callerValue(r.public(), "context.authorizer.caller", "'"+callerjson.Public+"'")),
	}
	if b.props.ForwardsToken == "" {
		parameters["integration.request.header.Authorization"] = jsii.String("'removed'")
	}
	// Every variable of the path has to be handed on by name.
	used := map[string]*bool{}
	path := strings.ReplaceAll(r.parsed.Path(), "+}", "}")
	for _, part := range strings.Split(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			parameters["integration.request.path."+name] = jsii.String("method.request.path." + name)
			used["method.request.path."+name] = jsii.Bool(true)
		}
	}
	if path == "/" {
		path = ""
	}
	uri := b.url + path
	method := r.parsed.Method()
	options := &awsapigateway.IntegrationOptions{RequestParameters: &parameters, Timeout: b.props.Timeout}
	want := map[string]any{"Type": "HTTP_PROXY", "IntegrationHttpMethod": method, "Uri": uri, "RequestParameters": parameters}
	absent := []string{"Credentials", "CacheKeyParameters", "CacheNamespace"}
	if v := b.props.VpcLink; v != nil {
		options.ConnectionType, options.VpcLink = awsapigateway.ConnectionType_VPC_LINK, v.Rest
		want["ConnectionType"], want["ConnectionId"] = "VPC_LINK", v.Rest.VpcLinkId()
	} else {
		absent = append(absent, "ConnectionId")
	}
	return restTarget{
		integration: awsapigateway.NewIntegration(&awsapigateway.IntegrationProps{
			Type:                  awsapigateway.IntegrationType_HTTP_PROXY,
			IntegrationHttpMethod: jsii.String(method),
			Uri:                   uri,
			Options:               options,
		}),
		parameters: used, want: want, absent: absent,
	}
}

// portless returns a host without its port. A token has colons of its own.
func portless(host string) string {
	if end := strings.LastIndexByte(host, '}'); end >= 0 {
		name, _, _ := strings.Cut(host[end:], ":")
		return host[:end] + name
	}
	name, _, _ := strings.Cut(host, ":")
	return name
}

// distinct returns the address, or another if a different way has it already.
func (h *httpApi) distinct(address, whole string) string {
	for n := 1; ; n++ {
		id := address
		if n > 1 {
			id = fmt.Sprintf("%s-%d", address, n)
		}
		if other, known := h.urls[id]; !known || other == whole {
			h.urls[id] = whole
			return id
		}
	}
}
