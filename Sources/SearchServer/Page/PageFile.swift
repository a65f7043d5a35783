import Foundation
import Reranker

/// A file of the page, as it is part of the program.
struct PageFile: Sendable {
    /// Its name in the address and in the folder `Web`.
    let name: String
    /// Its bytes.
    let content: [UInt8]
    /// Names its content: changes with it.
    let tag: String

    init(_ name: String, _ content: [UInt8]) {
        self.name = name
        self.content = content
        var hash = SHA256()
        content.withUnsafeBytes { hash.add($0) }
        tag = "\"" + hash.bytes().prefix(12).map { String(format: "%02x", $0) }.joined() + "\""
    }

    /// What kind of file it is, by its name.
    var contentType: String {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }

    /// The page itself, which `/` gives.
    static let index = "index.html"

    /// All of them.
    static let all: [PageFile] = [
        PageFile("api.js", PackageResources.api_js),
        PageFile("dom.js", PackageResources.dom_js),
        PageFile("drawing.js", PackageResources.drawing_js),
        PageFile("embed.js", PackageResources.embed_js),
        PageFile("evaluate.js", PackageResources.evaluate_js),
        PageFile("examples.js", PackageResources.examples_js),
        PageFile("explain.js", PackageResources.explain_js),
        PageFile("facet-questions.js", PackageResources.facet_questions_js),
        PageFile("facets.js", PackageResources.facets_js),
        PageFile("favicon.svg", PackageResources.favicon_svg),
        PageFile("filters.js", PackageResources.filters_js),
        PageFile("format.js", PackageResources.format_js),
        PageFile("hit.css", PackageResources.hit_css),
        PageFile("hit.js", PackageResources.hit_js),
        PageFile(index, PackageResources.index_html),
        PageFile("main.js", PackageResources.main_js),
        PageFile("movement.js", PackageResources.movement_js),
        PageFile("notice.js", PackageResources.notice_js),
        PageFile("page.css", PackageResources.page_css),
        PageFile("pager.js", PackageResources.pager_js),
        PageFile("price-filter.js", PackageResources.price_filter_js),
        PageFile("rerank.js", PackageResources.rerank_js),
        PageFile("route.js", PackageResources.route_js),
        PageFile("search-controls.js", PackageResources.search_controls_js),
        PageFile("search.css", PackageResources.search_css),
        PageFile("search.js", PackageResources.search_js),
        PageFile("slide.js", PackageResources.slide_js),
        PageFile("strings.js", PackageResources.strings_js),
        PageFile("suggest.js", PackageResources.suggest_js),
        PageFile("timing.js", PackageResources.timing_js),
        PageFile("views.css", PackageResources.views_css),
    ]
}
