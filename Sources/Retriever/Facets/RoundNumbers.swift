import Foundation

/// Numbers that people like as the ends of ranges: 25, 150, 4.5.
enum RoundNumbers {
    /// 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 at any power of ten: for numbers of many sizes.
    case leadingDigits
    /// Multiples of `digit` x 10^`exponent`, a digit of 1, 2 or 5: for numbers of about one size.
    case multiples(digit: Double, exponent: Int)

    /// What suits numbers that mostly lie between the two, in so many parts.
    init(from low: Double, to high: Double, _ parts: Int) {
        let width = (high - low) / Double(2 * parts)
        guard width > 0, low > 0 ? high / low < 10 : high < 10 else {
            self = .leadingDigits
            return
        }
        let exponent = Int(log10(width).rounded(.down))
        let digit = [1, 2, 5].first { Self.scaled($0, exponent) >= width }
        self = .multiples(digit: digit ?? 10, exponent: exponent)
    }

    /// The one nearest to a finite number, for numbers of many sizes by ratio.
    func nearest(to number: Double) -> Double {
        switch self {
        case .multiples(let digit, let exponent):
            return Self.scaled((number / Self.scaled(digit, exponent)).rounded() * digit, exponent)
        case .leadingDigits:
            guard number != 0 else { return 0 }
            let size = abs(number), exponent = Int(log10(size).rounded(.down)) - 1
            let candidates = [10, 15, 20, 25, 30, 40, 50, 60, 80, 100].map { Self.scaled($0, exponent) }
            let nearest = candidates.min { max($0 / size, size / $0) < max($1 / size, size / $1) }
            return (nearest ?? size) * (number < 0 ? -1 : 1)
        }
    }

    /// `integer` x 10^`exponent`, the double nearest to it: 0.3, not 0.30000000000000004.
    private static func scaled(_ integer: Double, _ exponent: Int) -> Double {
        exponent < 0 ? integer / pow(10, Double(-exponent)) : integer * pow(10, Double(exponent))
    }
}
