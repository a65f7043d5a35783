/// An error with the words it has to be answered in.
struct RerankRefusal: Error {
    let error: any Error
    let style: RerankErrorStyle

    init(_ error: any Error, style: RerankErrorStyle) {
        // A broken escape inside a string is found only when the string is read.
        self.error = error is DecodingError ? ServerError.badJSON(reason: JSONProblem.words(error)) : error
        self.style = style
    }
}
