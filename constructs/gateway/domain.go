package gateway

import (
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53targets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Domain is a domain of your own for one API. It is regional and takes TLS 1.2
// or newer.
type Domain struct {
	// Name is the domain, such as "api.example.com".
	Name string
	// Certificate is for that name, in the API's region.
	Certificate awscertificatemanager.ICertificate
	// Zone gets records (A and AAAA) that lead the name to the API. Default:
	// none are made, and the name has to be led there in another way.
	Zone awsroute53.IHostedZone
}

var hostName = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

func (d *Domain) problem(stack awscdk.Stack) string {
	var wrong []string
	if !trust.Unresolved(d.Name) && (len(d.Name) > 253 || !hostName.MatchString(d.Name)) {
		wrong = append(wrong, "the name of its Domain is not usable, got "+quote(d.Name)+", write a host in lower case, such as \"api.example.com\"")
	}
	if d.Certificate == nil {
		wrong = append(wrong, "its Domain has no certificate, write Certificate: a certificate of AWS Certificate Manager for the name")
	}
	if len(wrong) > 0 {
		return strings.Join(wrong, "; ")
	}
	if mine, theirs := *stack.Region(), *d.Certificate.Env().Region; !trust.Unresolved(mine) && !trust.Unresolved(theirs) && mine != theirs {
		return "the certificate of its Domain is in another region, got " + quote(theirs) + ", write one in the API's region, " + quote(mine)
	}
	return ""
}

// domain returns the props' domain if it can be used.
func (c *core) domain() *Domain {
	p := c.props
	if p.Domain == nil || p.Domain.problem(awscdk.Stack_Of(c.construct)) != "" {
		return nil
	}
	return p.Domain
}

func (h *httpApi) addDomain() {
	d := h.shape.domain()
	if d == nil {
		return
	}
	scope := constructs.NewConstruct(h, jsii.String("Domain"))
	name := awsapigatewayv2.NewDomainName(scope, jsii.String("Name"), &awsapigatewayv2.DomainNameProps{
		DomainName:     jsii.String(d.Name),
		Certificate:    d.Certificate,
		SecurityPolicy: awsapigatewayv2.SecurityPolicy_TLS_1_2,
	})
	awsapigatewayv2.NewApiMapping(scope, jsii.String("Mapping"), &awsapigatewayv2.ApiMappingProps{Api: h.owned, DomainName: name, Stage: h.stage})
	addRecords(scope, d, awsroute53.RecordTarget_FromAlias(awsroute53targets.NewApiGatewayv2DomainProperties(name.RegionalDomainName(), name.RegionalHostedZoneId())))
	h.url = jsii.String("https://" + d.Name)
}

func (a *restApi) addDomain() {
	d := a.shape.domain()
	if d == nil {
		return
	}
	scope := constructs.NewConstruct(a, jsii.String(restID+"Domain"))
	name := awsapigateway.NewDomainName(scope, jsii.String("Name"), &awsapigateway.DomainNameProps{
		DomainName:     jsii.String(d.Name),
		Certificate:    d.Certificate,
		EndpointType:   awsapigateway.EndpointType_REGIONAL,
		SecurityPolicy: awsapigateway.SecurityPolicy_TLS_1_2,
	})
	awsapigateway.NewBasePathMapping(scope, jsii.String("Mapping"), &awsapigateway.BasePathMappingProps{DomainName: name, RestApi: a.owned, Stage: a.owned.DeploymentStage()})
	addRecords(scope, d, awsroute53.RecordTarget_FromAlias(awsroute53targets.NewApiGatewayDomain(name)))
	a.url = jsii.String("https://" + d.Name)
}

// addRecords leads the name to the domain.
func addRecords(scope constructs.Construct, d *Domain, target awsroute53.RecordTarget) {
	if d.Zone == nil {
		return
	}
	// A dot at the end keeps awscdk from joining the zone's name.
	name := jsii.String(strings.TrimSuffix(d.Name, ".") + ".")
	awsroute53.NewARecord(scope, jsii.String("A"), &awsroute53.ARecordProps{Zone: d.Zone, RecordName: name, Target: target})
	awsroute53.NewAaaaRecord(scope, jsii.String("AAAA"), &awsroute53.AaaaRecordProps{Zone: d.Zone, RecordName: name, Target: target})
}
