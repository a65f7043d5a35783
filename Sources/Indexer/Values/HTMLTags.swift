/// The elements of HTML that turn up in product texts.
enum HTMLTags {
    /// Whether this is the name of an HTML element, in any case.
    static func isKnown(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard !name.isEmpty, name.count <= 10 else { return false }
        return known.contains(key(name))
    }

    /// Whether the element's content is not text for readers.
    static func isHidden(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        name.count <= 8 && hidden.contains(key(name))
    }

    /// Whether the element stands inside of a line, so that no space separates it from the text around it.
    static func isInline(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        name.count <= 8 && inline.contains(key(name))
    }

    /// Whether the element can only be markup, even inside of an XML feed whose own elements have any name.
    static func isMarkup(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        name.count <= 10 && (inline.contains(key(name)) || flow.contains(key(name)))
    }

    private static let flow: Set<String> = [
        "blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "table", "tbody",
        "td", "th", "thead", "tr", "ul",
    ]

    private static func key(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        String(decoding: name.lazy.map { $0 &- 65 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static let inline: Set<String> = [
        "a", "abbr", "b", "bdi", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "o:p", "q", "s",
        "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "wbr",
    ]
    private static let hidden: Set<String> = ["script", "style", "noscript", "iframe", "head", "template"]
    private static let known: Set<String> = inline.union(hidden).union([
        "address", "article", "aside", "audio", "blockquote", "body", "br", "button", "center", "caption", "col",
        "colgroup", "dd", "details", "dir", "div", "dl", "dt", "figcaption", "figure", "footer", "form", "h1", "h2",
        "h3", "h4", "h5", "h6", "header", "hr", "html", "img", "input", "label", "li", "main", "map", "meta", "nav",
        "object", "ol", "option", "p", "param", "picture", "pre", "section", "select", "source", "svg", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "var", "video", "xml",
    ])
}
