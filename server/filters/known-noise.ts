/**
 * Words by which noise is known: of browser extensions and injected scripts, of crawlers, of health checks, of React's
 * hydration. All of it is data, each list with where its words come from.
 */

/** Parts of messages that only extensions, toolbars and in-app browsers make, lower case. They stand in no page's code. */
export const EXTENSION_MESSAGES: readonly string[] = [
  // Chrome's own words of extensions that were updated or went to sleep while a page was open.
  'extension context invalidated',
  'could not establish connection. receiving end does not exist',
  'the message port closed before a response was received',
  'a listener indicated an asynchronous response by returning true',
  // Scripts that in-app browsers and mobile browsers put into pages.
  '__firefox__',
  '__gcrweb',
  'instantsearchsdkjsbridgeclearhighlight',
  'window.webkit.messagehandlers',
  'zalojsv2',
  'vid_mate_check',
  'ucbrowser',
  // A link scanner of mail programs: it opens pages and rejects promises with this.
  'object not found matching id:',
  // Toolbars and extensions of many years.
  'originalcreatenotification',
  'canvas.contentdocument',
  'myapp_removeallhighlights',
  "can't find variable: zitereader",
  'jigsaw is not defined',
  'combosearch is not defined',
  'atomicfindclose',
  'fb_xd_fragment',
  'bmi_safeaddonload',
  'ebcallbackmessagereceived',
  'conduitpage',
  'top.globals',
];

/** Where the code of an extension lies, by browser. */
export const EXTENSION_SOURCE =
  /^(?:chrome|moz|ms-browser|safari|safari-web|webkit-masked-url|edge)(?:-extension)?:\/\/|^webkit-masked-url:|^chrome:\/\/|\/extensions\/[a-p]{32}\//;

/** Names by which crawlers, previews and monitors announce themselves in their user agents. */
export const CRAWLER =
  /googlebot|google-inspectiontool|mediapartners-google|adsbot-google|google-read-aloud|storebot-google|bingbot|bingpreview|adidxbot|yahoo! slurp|duckduckbot|baiduspider|yandex(?:bot|images|metrika|render|mobilebot)|sogou|exabot|facebookexternalhit|facebookcatalog|meta-externalagent|twitterbot|linkedinbot|slackbot|discordbot|telegrambot|whatsapp\/|pinterestbot|applebot|ahrefsbot|semrushbot|mj12bot|dotbot|petalbot|bytespider|gptbot|oai-searchbot|chatgpt-user|claudebot|anthropic-ai|perplexitybot|amazonbot|ccbot|ia_archiver|archive\.org_bot|rogerbot|seznambot|screaming frog|chrome-lighthouse|pagespeed|gtmetrix|pingdom|uptimerobot|statuscake|site24x7|calibreapp|headlesschrome-crawler/;

/** Transactions that ask only whether the program is there: the routes that load balancers and orchestrators use. */
export const HEALTH_CHECKS: readonly string[] = [
  '*healthcheck*',
  '*health_check*',
  '*health-check*',
  '*heartbeat*',
  '*/health',
  '*/health/',
  '*/healthy',
  '*/healthz',
  '*/health/live',
  '*/health/ready',
  '*/live',
  '*/livez',
  '*/liveness',
  '*/ready',
  '*/readyz',
  '*/readiness',
  '*/ping',
  '*/up',
  '*/actuator/health*',
];

/** Hydration of React, in words and, where the build has none, by its number: react.dev/errors/418 and its siblings. */
export const HYDRATION =
  /hydration failed because|error while hydrating|text content does(?: not|n't) match server[- ]rendered|there was an error during hydration|hydrated but some attributes|minified react error #(?:418|419|421|422|423|425)\b|react\.dev\/errors\/(?:418|419|421|422|423|425)\b|invariant=(?:418|419|421|422|423|425)\b/;

export const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|0\.0\.0\.0|.*\.localhost)$/;
