#pragma version 0.4.3
#pragma evm-version cancun
"""
@title Ray tracer
@license BSD-3-Clause
@notice Draws balls on a floor in fixed point: signed divisions, square roots, and
        structures in storage. What is returned is the sum of all colours.
"""


struct Vector:
    x: int256
    y: int256
    z: int256


struct Ball:
    centre: Vector
    radius: int256
    colour: Vector
    mirrors: bool


# @dev One, in millionths.
ONE: constant(int256) = 10**6

# @dev Farther than anything.
FAR: constant(int256) = 10**12

# @dev Rays that one pixel may follow, mirror by mirror.
DEPTH: constant(uint256) = 4


balls: Ball[4]
light: Vector


@deploy
def __init__():
    """
    @notice Sets the scene.
    """
    self.balls[0] = self._ball(0, -1000 * ONE, 0, 1000 * ONE, 700000, 700000, 700000, False)
    self.balls[1] = self._ball(0, ONE, 0, ONE, 900000, 300000, 200000, False)
    self.balls[2] = self._ball(-2 * ONE, ONE, ONE, ONE, 950000, 950000, 950000, True)
    self.balls[3] = self._ball(2 * ONE, ONE, -ONE, ONE, 200000, 400000, 900000, True)
    self.light = self._unit(Vector(x=-2 * ONE, y=4 * ONE, z=-3 * ONE))


@external
def draw(width: int256) -> int256:
    """
    @notice Draws a square picture.
    """
    total: int256 = 0
    for row: int256 in range(width, bound=1024):
        for column: int256 in range(width, bound=1024):
            ray: Vector = self._unit(
                Vector(
                    x=(2 * column - width) * ONE // width,
                    y=(width - 2 * row) * ONE // width - 200000,
                    z=2 * ONE,
                )
            )
            colour: Vector = self._trace(Vector(x=0, y=2 * ONE, z=-6 * ONE), ray)
            total += colour.x + colour.y + colour.z
    return total


@internal
def _trace(start: Vector, towards: Vector) -> Vector:
    origin: Vector = start
    ray: Vector = towards
    weight: Vector = Vector(x=ONE, y=ONE, z=ONE)
    for bounce: uint256 in range(DEPTH):
        distance: int256 = FAR
        nearest: uint256 = 4
        for number: uint256 in range(4):
            found: int256 = self._meet(number, origin, ray)
            if found < distance:
                distance = found
                nearest = number
        if nearest == 4:
            return self._tint(weight, Vector(x=500000, y=700000, z=ONE))
        ball: Ball = self.balls[nearest]
        origin = self._along(origin, ray, distance)
        normal: Vector = self._unit(self._less(origin, ball.centre))
        weight = self._tint(weight, ball.colour)
        if not ball.mirrors:
            shine: int256 = max(self._dot(normal, self.light), 0)
            for number: uint256 in range(4):
                if self._meet(number, origin, self.light) < FAR:
                    shine = 0
                    break
            return self._scaled(weight, 200000 + shine * 4 // 5)
        ray = self._along(ray, normal, -2 * self._dot(ray, normal))
    return Vector(x=0, y=0, z=0)


@internal
@view
def _meet(number: uint256, origin: Vector, ray: Vector) -> int256:
    # @dev A point of the ray is on the ball where a quadratic equation says.
    centre: Vector = self.balls[number].centre
    radius: int256 = self.balls[number].radius
    gap: Vector = self._less(centre, origin)
    middle: int256 = self._dot(gap, ray)
    square: int256 = middle * middle - (
        gap.x * gap.x + gap.y * gap.y + gap.z * gap.z - radius * radius
    )
    if square < 0:
        return FAR
    half: int256 = self._root(square)
    if middle - half > 1000:
        return middle - half
    if middle + half > 1000:
        return middle + half
    return FAR


@internal
@pure
def _root(square: int256) -> int256:
    # @dev Newton's: the mean of a guess and what it divides into.
    guess: int256 = square
    better: int256 = (square + 1) // 2
    for _: uint256 in range(255):
        if better >= guess:
            break
        guess = better
        better = (guess + square // guess) // 2
    return guess


@internal
@pure
def _dot(a: Vector, b: Vector) -> int256:
    return (a.x * b.x + a.y * b.y + a.z * b.z) // ONE


@internal
@pure
def _less(a: Vector, b: Vector) -> Vector:
    return Vector(x=a.x - b.x, y=a.y - b.y, z=a.z - b.z)


@internal
@pure
def _along(a: Vector, b: Vector, times: int256) -> Vector:
    return Vector(
        x=a.x + b.x * times // ONE, y=a.y + b.y * times // ONE, z=a.z + b.z * times // ONE
    )


@internal
@pure
def _scaled(a: Vector, times: int256) -> Vector:
    return Vector(x=a.x * times // ONE, y=a.y * times // ONE, z=a.z * times // ONE)


@internal
@pure
def _tint(a: Vector, b: Vector) -> Vector:
    return Vector(x=a.x * b.x // ONE, y=a.y * b.y // ONE, z=a.z * b.z // ONE)


@internal
@pure
def _unit(a: Vector) -> Vector:
    length: int256 = self._root(a.x * a.x + a.y * a.y + a.z * a.z)
    return Vector(x=a.x * ONE // length, y=a.y * ONE // length, z=a.z * ONE // length)


@internal
@pure
def _ball(
    x: int256, y: int256, z: int256, radius: int256, red: int256, green: int256,
    blue: int256, mirrors: bool
) -> Ball:
    return Ball(
        centre=Vector(x=x, y=y, z=z),
        radius=radius,
        colour=Vector(x=red, y=green, z=blue),
        mirrors=mirrors,
    )
