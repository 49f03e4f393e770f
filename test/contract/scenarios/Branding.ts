/** How the sign-in pages look, against the scripted server. */
import * as Branding from "../../../src/operations/Branding.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const ClientId = "1example23456789"
const style = { ...pool, ManagedLoginBrandingId: "0f1e2d3c-0000-4000-8000-000000000001" }
const settings = {
  components: { primaryButton: { lightMode: { defaults: { backgroundColor: "0972d3ff" } } } },
  categories: { form: { languageSelector: { enabled: false }, order: [1, 2.5, null], note: "ü" } }
}
const answer = `{"ManagedLoginBranding":{"ManagedLoginBrandingId":"${style.ManagedLoginBrandingId}",
  "UserPoolId":"${pool.UserPoolId}","UseCognitoProvidedValues":false,"Settings":${JSON.stringify(settings)},
  "Assets":[{"Category":"FAVICON_ICO","ColorMode":"DYNAMIC","Extension":"PNG","Bytes":"iVBORw0K/+8=","ResourceId":null}],
  "CreationDate":1.735689600123E9,"LastModifiedDate":1735689601}}`
const output = {
  ManagedLoginBranding: {
    ...style,
    UseCognitoProvidedValues: false,
    Settings: settings,
    Assets: [{
      Category: "FAVICON_ICO",
      ColorMode: "DYNAMIC",
      Extension: "PNG",
      Bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0xff, 0xef)
    }],
    CreationDate: new Date("2025-01-01T00:00:00.123Z"),
    LastModifiedDate: new Date("2025-01-01T00:00:01Z")
  }
}

const css = ".submitButton-customizable { background: #0972d3; }"
const uiAnswer = `{"UICustomization":{"CSS":"${css}","CSSVersion":"20250101000000","ClientId":"ALL",
  "CreationDate":1735689600.5,"ImageUrl":"https://d1.cloudfront.net/logo.png?v=1","UserPoolId":"${pool.UserPoolId}"}}`
const uiOutput = {
  UICustomization: {
    ...pool,
    ClientId: "ALL",
    CSS: css,
    CSSVersion: "20250101000000",
    ImageUrl: "https://d1.cloudfront.net/logo.png?v=1",
    CreationDate: new Date("2025-01-01T00:00:00.500Z")
  }
}

export const scripted: ScriptedScenarios = {
  "a style is made, read, changed and deleted": [
    exchange(Branding.createManagedLoginBranding, {
      input: {
        ...pool,
        ClientId,
        Settings: settings,
        Assets: [{
          Category: "FORM_LOGO",
          ColorMode: "DARK",
          Extension: "SVG",
          Bytes: new TextEncoder().encode("<svg/>")
        }]
      },
      sent: {
        ...pool,
        ClientId,
        Settings: settings,
        Assets: [{ Category: "FORM_LOGO", ColorMode: "DARK", Extension: "SVG", Bytes: "PHN2Zy8+" }]
      },
      answer,
      output
    }),
    exchange(Branding.describeManagedLoginBranding, {
      input: { ...style, ReturnMergedResources: true },
      answer,
      output
    }),
    exchange(Branding.describeManagedLoginBrandingByClient, { input: { ...pool, ClientId }, answer, output }),
    exchange(Branding.updateManagedLoginBranding, {
      input: { ...style, UseCognitoProvidedValues: true },
      answer: `{"ManagedLoginBranding":{"ManagedLoginBrandingId":"${style.ManagedLoginBrandingId}","Settings":null}}`,
      output: { ManagedLoginBranding: { ManagedLoginBrandingId: style.ManagedLoginBrandingId } }
    }),
    exchange(Branding.deleteManagedLoginBranding, { input: style, output: undefined })
  ],
  "the classic pages get a logo and CSS": [
    exchange(Branding.setUICustomization, {
      input: { ...pool, CSS: css, ImageFile: Uint8Array.of(0, 1, 2, 0xff) },
      sent: { ...pool, CSS: css, ImageFile: "AAEC/w==" },
      answer: uiAnswer,
      output: uiOutput
    }),
    exchange(Branding.getUICustomization, { input: pool, answer: uiAnswer, output: uiOutput })
  ]
}
