/// The number of a token, never negative: a row of the model's embedding.
public typealias TokenID = Int32
